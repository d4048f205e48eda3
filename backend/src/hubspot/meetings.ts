import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { asInstant, asList, asRecord, asText } from './read-fields.ts'
import { refusePartial } from './refuse-partial.ts'

/** A batch read of associations takes 1,000 inputs, one of objects 100 (HubSpot docs, associations and CRM objects). */
const ASSOCIATIONS = 1000
const OBJECTS = 100

/** A meeting as HubSpot has it, whoever booked it. */
export interface HubSpotMeeting {
  readonly meetingId: string
  /** `hs_createdate`: when it was booked or logged. */
  readonly createdAt: Temporal.Instant
}

/**
 * The meetings of each contact that were not canceled, by HubSpot's contact id; a contact without any is not in the answer.
 * Reading meetings needs `crm.objects.contacts.read` alone (HubSpot docs, meetings). Throws as `HubSpot.call`.
 */
export async function readMeetings(
  hubspot: HubSpot,
  portalId: number,
  contactIds: readonly string[],
): Promise<Map<string, HubSpotMeeting[]>> {
  const idsOf = await readMeetingIds(hubspot, portalId, contactIds)
  const meetings = await readByIds(hubspot, portalId, [...new Set([...idsOf.values()].flat())])
  return new Map(
    [...idsOf].map(([contactId, ids]) => [contactId, ids.flatMap((id) => meetings.get(id) ?? [])] as const),
  )
}

async function readMeetingIds(
  hubspot: HubSpot,
  portalId: number,
  contactIds: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  let inputs: { id: string; after?: string }[] = contactIds.map((id) => ({ id }))
  while (inputs.length > 0) {
    const answer = await hubspot.call(portalId, {
      method: 'POST',
      path: `/crm/associations/${API_VERSION.associations}/contacts/meetings/batch/read`,
      body: { inputs: inputs.slice(0, ASSOCIATIONS) },
      family: 'associations',
      repeatable: true,
    })
    refusePartial(answer.body)
    inputs = inputs.slice(ASSOCIATIONS)
    for (const result of asList(asRecord(answer.body)?.results)) {
      const record = asRecord(result)
      const contactId = asText(asRecord(record?.from)?.id)
      if (!contactId) continue
      const ids = asList(record?.to).flatMap((to) => asText(asRecord(to)?.toObjectId) ?? [])
      found.set(contactId, [...(found.get(contactId) ?? []), ...ids])
      const after = asText(asRecord(asRecord(record?.paging)?.next)?.after)
      if (after) inputs.push({ id: contactId, after })
    }
  }
  return found
}

async function readByIds(
  hubspot: HubSpot,
  portalId: number,
  ids: readonly string[],
): Promise<Map<string, HubSpotMeeting>> {
  const batches: string[][] = []
  for (let start = 0; start < ids.length; start += OBJECTS) batches.push(ids.slice(start, start + OBJECTS))
  const answers = await Promise.all(
    batches.map((batch) =>
      hubspot.call(portalId, {
        method: 'POST',
        path: `/crm/objects/${API_VERSION.objects}/meetings/batch/read`,
        body: {
          properties: ['hs_createdate', 'hs_meeting_outcome'],
          propertiesWithHistory: [],
          inputs: batch.map((id) => ({ id })),
        },
        family: 'crm',
        repeatable: true,
      }),
    ),
  )
  for (const answer of answers) refusePartial(answer.body)
  const meetings = answers.flatMap((answer) => asList(asRecord(answer.body)?.results)).map(readMeeting)
  return new Map(meetings.flatMap((meeting) => (meeting ? [[meeting.meetingId, meeting]] : [])))
}

function readMeeting(value: unknown): HubSpotMeeting | undefined {
  const record = asRecord(value)
  const properties = asRecord(record?.properties)
  const meetingId = asText(record?.id)
  const createdAt = asInstant(properties?.hs_createdate)
  if (!meetingId || !createdAt || record?.archived === true) return undefined
  if (asText(properties?.hs_meeting_outcome) === 'CANCELED') return undefined
  return { meetingId, createdAt }
}
