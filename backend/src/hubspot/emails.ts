import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText } from './read-fields.ts'

/** A sent mail as HubSpot's records show it. */
export interface NewEmail {
  /** Ours: tells the parts of an answer apart. HubSpot does not keep it from making a second one. */
  readonly id: string
  readonly sentAt: Temporal.Instant
  readonly subject: string
  readonly text: string
  readonly from: string
  readonly to: string
  /** HubSpot's ids. */
  readonly contactId: string
  readonly dealId: string
}

export interface EmailsCreated {
  /** HubSpot's id by ours; null where the answer did not name it. */
  readonly created: ReadonlyMap<string, string | null>
  readonly refused: ReadonlyMap<string, string>
}

/** A batch create takes 100 inputs (HubSpot docs, CRM objects). */
export const EMAILS_PER_CALL = 100

/** From an e-mail to its contact and its deal (HubSpot docs, association type ids). */
const TO_CONTACT = 198
const TO_DEAL = 210
const TEXT_LENGTH = 65_000

/**
 * Creates up to 100 e-mails on the records of their contacts and deals. HubSpot has no key against doubles here, so the call is
 * never repeated when its answer is lost: the error is `uncertain` then. Throws as `HubSpot.call`.
 */
export async function createEmails(
  hubspot: HubSpot,
  portalId: number,
  emails: readonly NewEmail[],
): Promise<EmailsCreated> {
  const { status, body } = await hubspot.call(portalId, {
    method: 'POST',
    path: `/crm/objects/${API_VERSION.objects}/emails/batch/create`,
    body: { inputs: emails.map(toInput) },
    family: 'crm',
    repeatable: false,
  })
  const answer = asRecord(body)
  const ids = new Map(
    asList(answer?.results).flatMap((value): [string, string | null][] => {
      const trace = asText(asRecord(value)?.objectWriteTraceId)
      return trace === undefined ? [] : [[trace, asText(asRecord(value)?.id) ?? null]]
    }),
  )
  const errors = asList(answer?.errors)
  if (status !== 207 && errors.length === 0) {
    return { created: new Map(emails.map(({ id }) => [id, ids.get(id) ?? null])), refused: new Map() }
  }
  const left = emails.filter(({ id }) => !ids.has(id))
  return { created: ids, refused: new Map(left.map(({ id }) => [id, reasonOf(errors, id)])) }
}

function reasonOf(errors: readonly unknown[], id: string): string {
  const own = errors.map(asRecord).find((error) => JSON.stringify(error?.context ?? null).includes(id))
  return asText((own ?? asRecord(errors[0]))?.message) ?? 'HubSpot did not take this e-mail.'
}

function toInput({ id, sentAt, subject, text, from, to, contactId, dealId }: NewEmail) {
  const link = (recordId: string, associationTypeId: number) => ({
    to: { id: recordId },
    types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }],
  })
  return {
    objectWriteTraceId: id,
    properties: {
      hs_timestamp: sentAt.toString({ fractionalSecondDigits: 3 }),
      hs_email_direction: 'EMAIL',
      hs_email_status: 'SENT',
      hs_email_subject: subject,
      hs_email_text: text.slice(0, TEXT_LENGTH),
      hs_email_headers: JSON.stringify({ from: { email: from }, to: [{ email: to }], cc: [], bcc: [] }),
    },
    associations: [link(contactId, TO_CONTACT), link(dealId, TO_DEAL)],
  }
}
