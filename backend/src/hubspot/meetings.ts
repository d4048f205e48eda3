import { API_VERSION } from './family.ts'
import type { HubSpot } from './hubspot.ts'
import { readAssociations } from './read-associations.ts'
import { asInstant, asList, asRecord, asText } from './read-fields.ts'
import { refusePartial } from './refuse-partial.ts'

/** A batch read takes 100 inputs (HubSpot docs, CRM objects). */
const OBJECTS = 100

/** A meeting as HubSpot has it, whoever booked it. */
export interface HubSpotMeeting {
  readonly meetingId: string
  /** `hs_createdate`: when it was booked or logged. */
  readonly createdAt: Temporal.Instant
}

/**
 * The meetings of each contact that were not canceled, by HubSpot's contact id; a contact without any is not in the answer.
 * Reading meetings needs `crm.objects.contacts.read` alone (HubSpot docs, meetings). Throws as `readAssociations`.
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
  const found = await readAssociations(hubspot, portalId, 'contacts/meetings', contactIds)
  return new Map(
    [...found].flatMap(([contactId, associations]) => {
      const ids = associations.flatMap(({ toObjectId }) => asText(toObjectId) ?? [])
      return ids.length > 0 ? [[contactId, ids] as const] : []
    }),
  )
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
