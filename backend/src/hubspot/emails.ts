import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { type Association, readAssociations } from './read-associations.ts'
import { asInstant, asList, asRecord, asText } from './read-fields.ts'
import { refusePartial } from './refuse-partial.ts'

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
  /** Why HubSpot will never take these. */
  readonly refused: ReadonlyMap<string, string>
  /** Why HubSpot did not take these now. */
  readonly postponed: ReadonlyMap<string, string>
  /** The answer is silent about these: they may be there or not. */
  readonly silent: readonly string[]
}

/** Of an error's categories (HubSpot docs, error handling) those that the same e-mail meets again, whenever it is sent. */
const PERMANENT: ReadonlySet<string> = new Set(['VALIDATION_ERROR', 'OBJECT_NOT_FOUND', 'CONFLICT'])

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
    const created = new Map(emails.map(({ id }) => [id, ids.get(id) ?? null]))
    return { created, refused: new Map(), postponed: new Map(), silent: [] }
  }
  return {
    created: ids,
    ...judgeLeft(
      emails.map(({ id }) => id).filter((id) => !ids.has(id)),
      errors,
      emails.length,
    ),
  }
}

/** What a partial answer says of the e-mails that it does not list as created. */
function judgeLeft(left: readonly string[], errors: readonly unknown[], asked: number): Omit<EmailsCreated, 'created'> {
  const refused = new Map<string, string>()
  const postponed = new Map<string, string>()
  const silent: string[] = []
  for (const id of left) {
    const own = asked === 1 ? errors[0] : errors.find((error) => JSON.stringify(error).includes(id))
    const category = asText(asRecord(own)?.category) ?? ''
    const reason = asText(asRecord(own)?.message) ?? 'HubSpot did not take this e-mail.'
    if (own === undefined) silent.push(id)
    else if (PERMANENT.has(category)) refused.set(id, reason)
    else postponed.set(id, reason)
  }
  return { refused, postponed, silent }
}

/**
 * Those of these e-mails that are on the records of their deals already, HubSpot's id by ours. HubSpot keeps no mark of ours:
 * an e-mail of the deal that was sent to the same address at the same millisecond is the same. Throws as `readAssociations`.
 */
export async function findEmails(
  hubspot: HubSpot,
  portalId: number,
  emails: readonly NewEmail[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const dealIds = [...new Set(emails.map(({ dealId }) => dealId))]
  for (const [dealId, associations] of await readAssociations(hubspot, portalId, 'deals/emails', dealIds)) {
    const there = await readSent(hubspot, portalId, [...new Set(associations.flatMap(idOf))])
    for (const email of emails.filter((each) => each.dealId === dealId)) {
      const same = there.find(
        ({ sentAt, headers }) =>
          sentAt?.epochMilliseconds === email.sentAt.epochMilliseconds && headers.includes(email.to.toLowerCase()),
      )
      if (same) found.set(email.id, same.id)
    }
  }
  return found
}

function idOf({ toObjectId }: Association): string[] {
  const id = asText(toObjectId)
  return id === undefined ? [] : [id]
}

async function readSent(hubspot: HubSpot, portalId: number, ids: readonly string[]) {
  const sent: { id: string; sentAt: Temporal.Instant | undefined; headers: string }[] = []
  for (let start = 0; start < ids.length; start += EMAILS_PER_CALL) {
    const inputs = ids.slice(start, start + EMAILS_PER_CALL).map((id) => ({ id }))
    const { body } = await hubspot.call(portalId, {
      method: 'POST',
      path: `/crm/objects/${API_VERSION.objects}/emails/batch/read`,
      body: { properties: ['hs_timestamp', 'hs_email_headers'], propertiesWithHistory: [], inputs },
      family: 'crm',
      repeatable: true,
    })
    refusePartial(body)
    for (const record of asList(asRecord(body)?.results).map(asRecord)) {
      const properties = asRecord(record?.properties)
      const headers = (asText(properties?.hs_email_headers) ?? '').toLowerCase()
      sent.push({ id: asText(record?.id) ?? '', sentAt: asInstant(properties?.hs_timestamp), headers })
    }
  }
  return sent
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
