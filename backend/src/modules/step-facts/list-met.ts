import type { Deps } from '#deps'
import { readMeetings } from '#hubspot/meetings.ts'

/** A contact, and since when a meeting counts. */
export interface MeetingQuestion {
  readonly runId: string
  /** HubSpot's id. */
  readonly contactId: string
  readonly since: Temporal.Instant
}

/**
 * Of which of these a meeting with the contact was booked since then, by run id: whoever booked it, and whether or not it took
 * place yet. One that was canceled does not count. Throws as `HubSpot.call`.
 */
export async function listMet(
  deps: Pick<Deps, 'hubspot'>,
  portalId: number,
  questions: readonly MeetingQuestion[],
): Promise<Set<string>> {
  if (questions.length === 0) return new Set()
  const contactIds = [...new Set(questions.map(({ contactId }) => contactId))]
  const meetings = await readMeetings(deps.hubspot, portalId, contactIds)
  const isMet = ({ contactId, since }: MeetingQuestion) =>
    (meetings.get(contactId) ?? []).some(({ createdAt }) => Temporal.Instant.compare(createdAt, since) >= 0)
  return new Set(questions.filter(isMet).map(({ runId }) => runId))
}
