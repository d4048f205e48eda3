import { AppError } from '#core/errors.ts'
import { asList, asRecord, asText } from './read-fields.ts'

/** What a batch answer may say of single inputs without leaving us in doubt: there is no such record, or no association. */
const ABSENT = new Set(['OBJECT_NOT_FOUND', 'crm.associations.NO_ASSOCIATIONS_FOUND'])

/**
 * Refuses a batch answer that leaves out inputs for another reason than their absence. A 207 also carries inputs that HubSpot
 * failed on (HubSpot docs, batch reads): taking those for deleted would stop sequences that should go on. Throws
 * `AppError('hubspot_unavailable')`.
 */
export function refusePartial(body: unknown): void {
  for (const error of asList(asRecord(body)?.errors)) {
    const record = asRecord(error)
    const reasons = [asText(record?.category), asText(record?.subCategory)]
    if (reasons.some((reason) => reason !== undefined && ABSENT.has(reason))) continue
    throw new AppError('hubspot_unavailable', 'HubSpot answered only a part of the question. It is asked again.', {
      cause: new Error(`${reasons.filter(Boolean).join(', ')}: ${asText(record?.message) ?? 'no message'}`),
    })
  }
}
