import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { GATHER } from './gather.ts'
import type { ActivityKind } from './kinds.ts'
import { insertActivity, insertChangedRecords, insertTimelineEntries } from './repository.ts'
import type { TimelineEvent } from './timeline-events.ts'

export interface NewActivity {
  kind: ActivityKind
  dealId?: string | null
  /** HubSpot's id. */
  contactId?: string | null
  enrollmentId?: string | null
  subjectId?: string | null
  /** What the sentence needs. Names of sequences and stages, numbers, ids; never an address or a name of a contact. */
  data?: Record<string, string | number | boolean | null>
  /** Also shown on HubSpot's timeline, of the deal and of the contact where they are known. */
  timeline?: { event: TimelineEvent; properties: Record<string, string | number> }
}

/** Appends one line to the activity log, and queues it for HubSpot's timeline, in the transaction of what it tells. */
export async function recordActivity(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  activity: NewActivity,
): Promise<void> {
  const at = deps.clock()
  const { actor } = portal
  await insertActivity(trx, {
    portalId: portal.portalId,
    id: deps.ids(),
    at,
    kind: activity.kind,
    actorKind: actor.kind,
    actor: actor.kind === 'user' ? (actor.email ?? `user ${actor.userId}`) : null,
    dealId: activity.dealId ?? null,
    contactId: activity.contactId ?? null,
    enrollmentId: activity.enrollmentId ?? null,
    subjectId: activity.subjectId ?? null,
    data: JSON.stringify(activity.data ?? {}),
  })
  const { dealId, contactId } = activity
  if (activity.enrollmentId && dealId && contactId) {
    await insertChangedRecords(trx, { portalId: portal.portalId, dealId, contactId, at })
  }
  if (!activity.timeline) return
  const { event, properties } = activity.timeline
  const objects = [
    ...(activity.dealId ? [{ objectType: 'deal' as const, objectId: activity.dealId }] : []),
    ...(activity.contactId ? [{ objectType: 'contact' as const, objectId: activity.contactId }] : []),
  ]
  if (objects.length === 0) return
  // Ids only: publishing looks the names up and leaves out what HubSpot's event type does not declare.
  const known = {
    ...properties,
    ...(activity.dealId ? { dealId: activity.dealId } : {}),
    ...(activity.contactId ? { contactId: activity.contactId } : {}),
    ...(activity.enrollmentId ? { enrollmentId: activity.enrollmentId } : {}),
    by: actor.kind === 'user' ? (actor.email ?? `user ${actor.userId}`) : 'Stagecue',
  }
  await insertTimelineEntries(
    trx,
    objects.map((object) => ({
      portalId: portal.portalId,
      id: deps.ids(),
      eventType: event,
      ...object,
      properties: JSON.stringify(known),
      occurredAt: at,
      reason: null,
      publishedAt: null,
    })),
  )
  await wakeLane(trx, portal.portalId, 'timeline', WHOLE_PORTAL, at.add(GATHER))
}
