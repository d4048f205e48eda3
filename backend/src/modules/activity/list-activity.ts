import type { Trx } from '#db/database.ts'
import { getStageLabels, type StageLabels } from '#modules/pipelines/get-stage-labels.ts'
import type { ActivityRow } from '#shared/contract/enrollment.ts'
import { describeActivity } from './describe-activity.ts'
import { nameContacts } from './name-contacts.ts'
import { type ActivityRecord, listActivitiesOfDeal } from './repository.ts'

/** The newest `limit` lines of a deal's log, newest first, as sentences that say whom each is about and where it came from. */
export async function listActivity(trx: Trx, portalId: number, dealId: string, limit: number): Promise<ActivityRow[]> {
  const activities = await listActivitiesOfDeal(trx, portalId, dealId, limit)
  const stages = activities.flatMap(stageOf)
  const labels = await getStageLabels(trx, portalId, stages)
  const contactOf = nameContacts(activities)
  return activities.map((activity) => ({
    at: activity.at.toString(),
    text: describeActivity({ ...activity, contact: contactOf(activity), data: named(activity, labels) }),
    by: sourceOf(activity),
    who: activity.actor,
  }))
}

/** The log keeps ids, because a stage may be renamed; a line says today's name. */
function named(activity: ActivityRecord, labels: StageLabels): Record<string, unknown> {
  const [stage] = stageOf(activity)
  return stage && !activity.data.stage ? { ...activity.data, stage: labels(...stage).stageLabel } : activity.data
}

function stageOf({ data }: ActivityRecord): [string, string][] {
  const { pipelineId, stageId } = data
  return typeof pipelineId === 'string' && typeof stageId === 'string' ? [[pipelineId, stageId]] : []
}

const BY_ACTOR: Record<string, ActivityRow['by']> = { user: 'person', webhook: 'hubspot', recipient: 'recipient' }

/** Our worker writes these lines, but what they tell happened in HubSpot. */
const HUBSPOT_FACTS = new Set(['deal.entered_stage', 'deal.left_stage', 'contact.synced'])

function sourceOf({ kind, actorKind }: ActivityRecord): ActivityRow['by'] {
  return HUBSPOT_FACTS.has(kind) ? 'hubspot' : (BY_ACTOR[actorKind] ?? 'stagecue')
}
