import type { Talks } from '#core/talks.ts'
import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { MERGED_IDS, readMergedIds, type TakesIn } from './merged-ids.ts'
import { asList, asRecord, asText, pickProperties } from './read-fields.ts'
import { refusePartial } from './refuse-partial.ts'
import { readTalks, TALK_PROPERTIES } from './talks.ts'

/** A contact as HubSpot has it now. */
export interface HubSpotContact extends Talks, TakesIn {
  readonly contactId: string
  readonly email: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly phone: string | null
  readonly company: string | null
  /** Of all e-mail (`hs_email_optout`), or of the subscription type that was named (`hs_email_optout_<id>`). */
  readonly optedOut: boolean
  /** `hs_timezone`, in HubSpot's spelling, e.g. `europe_slash_berlin`. */
  readonly timeZone: string | null
  /** Those that were asked for besides, by HubSpot's internal name. */
  readonly properties: Readonly<Record<string, string | null>>
}

const PROPERTIES = [
  'email',
  'firstname',
  'lastname',
  'phone',
  'company',
  'hs_email_optout',
  'hs_timezone',
  MERGED_IDS,
  ...TALK_PROPERTIES,
]
const BATCH = 100

export interface ContactQuestions {
  /** Properties besides our own. */
  readonly properties?: readonly string[]
  /** Who opted out of this subscription type counts as opted out; null: only who opted out of everything. */
  readonly subscriptionId?: string | null
}

/**
 * Reads contacts by id, with the named properties besides our own; one that is deleted or unknown is not in the answer, and one
 * that was merged is answered by the record it went into, under that one's id (`findMerged`).
 * Throws as `HubSpot.call`.
 */
export async function readContacts(
  hubspot: HubSpot,
  portalId: number,
  contactIds: readonly string[],
  { properties: asked = [], subscriptionId = null }: ContactQuestions = {},
): Promise<Map<string, HubSpotContact>> {
  const optOut = subscriptionId === null ? [] : [`hs_email_optout_${subscriptionId}`]
  const properties = [...new Set([...PROPERTIES, ...optOut, ...asked])]
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
    .map((contact) => readContact(contact, asked, ['hs_email_optout', ...optOut]))
  return new Map(contacts.flatMap((contact) => (contact ? [[contact.contactId, contact]] : [])))
}

function readContact(value: unknown, asked: readonly string[], optOuts: readonly string[]): HubSpotContact | undefined {
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
    optedOut: optOuts.some((name) => asText(properties[name]) === 'true'),
    timeZone: asText(properties.hs_timezone) ?? null,
    ...readTalks(properties),
    mergedIds: readMergedIds(properties),
    properties: pickProperties(properties, asked),
  }
}
