import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { getStageLabels } from '#modules/pipelines/get-stage-labels.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import { getUsableSequence } from '#modules/sequences/get-usable-sequence.ts'
import type { Done } from '#shared/contract/common.ts'
import type { SwitchMapping } from '#shared/contract/mapping.ts'
import { mappingSetting } from './mapping-setting.ts'
import { setActive } from './repository.ts'

/**
 * Switches a mapping on or off and leaves its sequence and rules as they are by now. Nobody switches on what they have not seen:
 * throws `outdated` when somebody changed the mapping since, `conflict` for an archived sequence and `not_found` for a stage that
 * HubSpot no longer has. Switching off is right whatever somebody changed. Throws `not_found` when the stage has no mapping.
 */
export function switchMapping(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: SwitchMapping,
): Promise<Done> {
  const { pipelineId, stageId, active, revision, idempotencyKey: key } = input
  const { portalId } = portal
  return once(deps, portal, { key, operation: 'mapping.switch', input }, async (trx) => {
    const seen = { revision: active ? revision : ('any' as const) }
    await takeRevision(deps, trx, portalId, mappingSetting(pipelineId, stageId), seen)
    const mapping = await setActive(trx, portalId, { pipelineId, stageId, active }, deps.clock())
    if (!mapping) throw new AppError('not_found', 'This stage has no mapping any more. Reload the page.')
    const stage = (await getStageLabels(trx, portalId, [[pipelineId, stageId]]))(pipelineId, stageId)
    if (active) {
      await getUsableSequence(trx, portalId, mapping.sequenceId)
      if (stage.gone) throw new AppError('not_found', 'HubSpot has no such stage any more. Map another one.')
    }
    await recordActivity(deps, trx, portal, {
      kind: 'mapping.saved',
      subjectId: stageId,
      data: { pipeline: stage.pipelineLabel, stage: stage.stageLabel, sequence: mapping.sequenceName, active },
    })
    return { done: true }
  })
}
