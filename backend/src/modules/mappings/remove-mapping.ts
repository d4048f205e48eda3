import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { getStageLabels } from '#modules/pipelines/get-stage-labels.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import type { Done } from '#shared/contract/common.ts'
import type { RemoveMapping } from '#shared/contract/mapping.ts'
import { mappingSetting } from './mapping-setting.ts'
import { deleteMapping } from './repository.ts'

/**
 * Makes a stage start nothing. Running enrollments go on. Throws `not_found` when the stage has no mapping, and `outdated` when
 * somebody changed it since.
 */
export function removeMapping(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: RemoveMapping,
): Promise<Done> {
  const { pipelineId, stageId, revision, idempotencyKey: key } = input
  return once(deps, portal, { key, operation: 'mapping.remove', input }, async (trx) => {
    const removed = await deleteMapping(trx, portal.portalId, pipelineId, stageId)
    if (!removed) throw new AppError('not_found', 'This stage has no mapping any more. Reload the page.')
    const seen = { revision, removes: true }
    await takeRevision(deps, trx, portal.portalId, mappingSetting(pipelineId, stageId), seen)
    const stage = (await getStageLabels(trx, portal.portalId, [[pipelineId, stageId]]))(pipelineId, stageId)
    await recordActivity(deps, trx, portal, {
      kind: 'mapping.removed',
      subjectId: stageId,
      data: { pipeline: stage.pipelineLabel, stage: stage.stageLabel, sequence: removed.sequenceName },
    })
    return { done: true }
  })
}
