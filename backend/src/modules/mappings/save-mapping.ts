import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { getStageLabels } from '#modules/pipelines/get-stage-labels.ts'
import { getUsableSequence } from '#modules/sequences/get-usable-sequence.ts'
import type { Done } from '#shared/contract/common.ts'
import type { SaveMapping } from '#shared/contract/mapping.ts'
import { upsertMapping } from './repository.ts'

/**
 * Says what a stage starts; a stage has one mapping at most, so a second save changes the first. Throws `not_found` for a
 * stage HubSpot does not have or a sequence that does not exist, `conflict` for an archived sequence.
 */
export function saveMapping(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: SaveMapping,
): Promise<Done> {
  const { pipelineId, stageId, sequenceId, active, idempotencyKey: key } = input
  return once(deps, portal, { key, operation: 'mapping.save', input }, async (trx) => {
    const sequence = await getUsableSequence(trx, portal.portalId, sequenceId)
    const labels = await getStageLabels(trx, portal.portalId, [[pipelineId, stageId]])
    const stage = labels(pipelineId, stageId)
    if (stage.gone) {
      throw new AppError('not_found', 'HubSpot has no such stage. Refresh the pipelines and choose another one.')
    }
    await upsertMapping(trx, portal.portalId, { pipelineId, stageId, sequenceId, active }, deps.clock())
    await recordActivity(deps, trx, portal, {
      kind: 'mapping.saved',
      subjectId: stageId,
      data: { pipeline: stage.pipelineLabel, stage: stage.stageLabel, sequence: sequence.name, active },
    })
    return { done: true }
  })
}
