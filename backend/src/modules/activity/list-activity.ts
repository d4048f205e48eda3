import type { Trx } from '#db/database.ts'
import type { ActivityRow } from '#shared/contract/enrollment.ts'
import { describeActivity } from './describe-activity.ts'
import { type ActivityRecord, listActivitiesOfDeal } from './repository.ts'

/** The newest `limit` lines of a deal's log, newest first, as sentences that say where each came from. */
export async function listActivity(trx: Trx, portalId: number, dealId: string, limit: number): Promise<ActivityRow[]> {
  const activities = await listActivitiesOfDeal(trx, portalId, dealId, limit)
  return activities.map((activity) => ({
    at: activity.at.toString(),
    text: describeActivity(activity),
    by: sourceOf(activity),
    who: activity.actor,
  }))
}

const BY_ACTOR: Record<string, ActivityRow['by']> = { user: 'person', webhook: 'hubspot', recipient: 'recipient' }

/** Our worker writes these lines, but what they tell happened in HubSpot. */
const HUBSPOT_FACTS = new Set(['deal.entered_stage', 'deal.left_stage', 'contact.synced'])

function sourceOf({ kind, actorKind }: ActivityRecord): ActivityRow['by'] {
  return HUBSPOT_FACTS.has(kind) ? 'hubspot' : (BY_ACTOR[actorKind] ?? 'stagecue')
}
