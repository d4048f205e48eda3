import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { wakeLanes } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { dealLane } from '#modules/events/lane-key.ts'
import { once } from '#modules/idempotency/once.ts'
import { getStageLabels } from '#modules/pipelines/get-stage-labels.ts'
import type { AnswerApproval } from '#shared/contract/approval.ts'
import type { Done } from '#shared/contract/common.ts'
import { lockApproval, releaseEntries, setAnswer } from './repository.ts'

/**
 * An admin approves or refuses a large change. Nothing is enrolled here: every deal is decided again, from a fresh reading,
 * by the worker. Throws `not_found`, and `conflict` when somebody answered before or when more deals joined than the admin
 * has seen.
 */
export function answerApproval(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  approvalId: string,
  input: AnswerApproval,
): Promise<Done> {
  const { portalId, actor } = portal
  const change = { key: input.idempotencyKey, operation: 'approval.answer', input: { ...input, approvalId } }
  return once(deps, portal, change, async (trx) => {
    const approval = await lockApproval(trx, portalId, approvalId)
    if (!approval) throw new AppError('not_found', 'There is no such approval. Reload the page.')
    if (approval.status !== 'waiting') {
      throw new AppError('conflict', `Somebody already ${approval.status} this change. Reload the page.`)
    }
    const now = deps.clock()
    const dealIds = await releaseEntries(trx, portalId, approvalId, now)
    if (dealIds.length > input.deals) {
      const sentence = `The change has grown to ${dealIds.length} deals. Reload the page and decide again.`
      throw new AppError('conflict', sentence)
    }
    const status = input.action === 'approve' ? 'approved' : 'refused'
    const answeredBy = actor.kind === 'user' ? (actor.email ?? actor.userId) : null
    await setAnswer(trx, portalId, approvalId, { status, answeredAt: now, answeredBy })
    await wakeLanes(trx, portalId, 'events', dealIds.map(dealLane), now)
    const { pipelineId, stageId } = approval
    const stage = (await getStageLabels(trx, portalId, [[pipelineId, stageId]]))(pipelineId, stageId)
    const data = { stage: stage.stageLabel, count: dealIds.length }
    await recordActivity(deps, trx, portal, { kind: `approval.${status}`, subjectId: approvalId, data })
    return { done: true }
  })
}
