import type { PortalContext } from '#core/context.ts'
import { AppError, isAppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { checkPolicy } from '#modules/decisions/check-policy.ts'
import { once } from '#modules/idempotency/once.ts'
import { getStageLabels } from '#modules/pipelines/get-stage-labels.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import { getUsableSequence } from '#modules/sequences/get-usable-sequence.ts'
import type { Done } from '#shared/contract/common.ts'
import type { Branch } from '#shared/contract/enrollment-policy.ts'
import type { SaveMapping } from '#shared/contract/mapping.ts'
import { mappingSetting } from './mapping-setting.ts'
import { upsertMapping } from './repository.ts'

/**
 * Says what a stage starts; a stage has one mapping at most, so a second save changes the first. Throws `not_found` for a
 * stage HubSpot does not have or a sequence that does not exist, `conflict` for an archived sequence, `outdated` when somebody
 * changed the mapping since, and `invalid_input` for rules that cannot be followed, with the place in `policy`.
 */
export function saveMapping(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: SaveMapping,
): Promise<Done> {
  const { pipelineId, stageId, sequenceId, active, idempotencyKey: key } = input
  const { policy, revision } = input
  if (policy) checkPolicy(policy)
  return once(deps, portal, { key, operation: 'mapping.save', input }, async (trx) => {
    const sequence = await getUsableSequence(trx, portal.portalId, sequenceId)
    await refuseUnusableBranches(trx, portal.portalId, policy?.branches ?? [])
    const labels = await getStageLabels(trx, portal.portalId, [[pipelineId, stageId]])
    const stage = labels(pipelineId, stageId)
    if (stage.gone) {
      throw new AppError('not_found', 'HubSpot has no such stage. Refresh the pipelines and choose another one.')
    }
    await takeRevision(deps, trx, portal.portalId, mappingSetting(pipelineId, stageId), { revision })
    await upsertMapping(trx, portal.portalId, { pipelineId, stageId, sequenceId, active, policy }, deps.clock())
    await recordActivity(deps, trx, portal, {
      kind: 'mapping.saved',
      subjectId: stageId,
      data: { pipeline: stage.pipelineLabel, stage: stage.stageLabel, sequence: sequence.name, active },
    })
    return { done: true }
  })
}

/** Every branch leads to a sequence that exists and is not archived, or to nobody. */
async function refuseUnusableBranches(trx: Trx, portalId: number, branches: readonly Branch[]): Promise<void> {
  for (const [index, { name, sequenceId }] of branches.entries()) {
    if (sequenceId === null) continue
    try {
      await getUsableSequence(trx, portalId, sequenceId)
    } catch (error) {
      if (!isAppError(error)) throw error
      const sentence = `The sequence of branch “${name}” does not exist or is archived. Choose another one.`
      throw new AppError('invalid_input', sentence, { field: `policy.branches.${index}.sequenceId`, cause: error })
    }
  }
}
