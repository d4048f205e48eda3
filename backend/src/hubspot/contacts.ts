import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asList, asRecord, asText, pickProperties } from './read-fields.ts'
import { refusePartial } from './refuse-partial.ts'

/** A contact as HubSpot has it now. */
export interface HubSpotContact {
  readonly contactId: string
  readonly email: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly phone: string | null
  readonly company: string | null
  /** `hs_email_optout`: opted out of all e-mail. */
  readonly optedOut: boolean
  /** `hs_timezone`, in HubSpot's spelling, e.g. `europe_slash_berlin`. */
  readonly timeZone: string | null
  /** Those that were asked for besides, by HubSpot's internal name. */
  readonly properties: Readonly<Record<string, string | null>>
}

const PROPERTIES = ['email', 'firstname', 'lastname', 'phone', 'company', 'hs_email_optout', 'hs_timezone']
const BATCH = 100

/**
 * Reads contacts by id, with the named properties besides our own; one that is deleted or unknown is not in the answer. Throws
 * as `HubSpot.call`.
 */
export async function readContacts(
  hubspot: HubSpot,
  portalId: number,
  contactIds: readonly string[],
  asked: readonly string[] = [],
): Promise<Map<string, HubSpotContact>> {
  const properties = [...new Set([...PROPERTIES, ...asked])]
  const batches: string[][] = []
  for (let start = 0; start < contactIds.length; start += BATCH) batches.push(contactIds.slice(start, start + BATCH))
  const answers = await Promise.all(
    batches.map((batch) =>
      hubspot.call(portalId, {
        method: 'POST',
        path: `/crm/objects/${API_VERSION.objects}/contacts/batch/read`,
        body: { properties, propertiesWithHistory: [], inputs: batch.map((id) => ({ id })) },
        family: 'crm',
        repeatable: true,
      }),
    ),
  )
  for (const answer of answers) refusePartial(answer.body)
  const contacts = answers
    .flatMap((answer) => asList(asRecord(answer.body)?.results))
    .map((contact) => readContact(contact, asked))
  return new Map(contacts.flatMap((contact) => (contact ? [[contact.contactId, contact]] : [])))
}

function readContact(value: unknown, asked: readonly string[]): HubSpotContact | undefined {
  const record = asRecord(value)
  const properties = asRecord(record?.properties)
  const contactId = asText(record?.id)
  if (!contactId || !properties || record?.archived === true) return undefined
  return {
    contactId,
    email: asText(properties.email) ?? null,
    firstName: asText(properties.firstname) ?? null,
    lastName: asText(properties.lastname) ?? null,
    phone: asText(properties.phone) ?? null,
    company: asText(properties.company) ?? null,
    optedOut: asText(properties.hs_email_optout) === 'true',
    timeZone: asText(properties.hs_timezone) ?? null,
    properties: pickProperties(properties, asked),
  }
}
