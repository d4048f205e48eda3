import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { nameOf } from '#modules/limits/name-of.ts'
import type { Scenario, Scenarios } from '#shared/contract/scenario.ts'
import { describeScenarios } from './describe-scenarios.ts'
import { findScenarios, lockTriedSequence, putScenarios } from './repository.ts'

/**
 * Writes a sequence's scenarios in the place of those of `revision` and plays them against the draft. Throws `not_found`, and
 * `conflict` for an archived sequence or when somebody saved since that revision was read.
 */
export async function replaceScenarios(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  change: { readonly sequenceId: string; readonly scenarios: Scenario[]; readonly revision: number },
): Promise<Scenarios> {
  const { portalId, actor } = portal
  const { sequenceId, scenarios } = change
  const sequence = await lockTriedSequence(trx, portalId, sequenceId)
  if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
  if (sequence.status === 'archived') {
    throw new AppError('conflict', `“${sequence.name}” is archived and cannot be changed. Create a new sequence.`)
  }
  const stored = await findScenarios(trx, portalId, sequenceId)
  if ((stored?.revision ?? 0) !== change.revision) {
    throw new AppError(
      'conflict',
      'These scenarios were saved by somebody else since you opened them. Load them again.',
    )
  }
  const revision = change.revision + 1
  await putScenarios(trx, portalId, {
    sequenceId,
    scenarios: JSON.stringify(scenarios),
    revision,
    updatedAt: deps.clock(),
    updatedBy: nameOf(actor),
  })
  const data = { sequence: sequence.name, count: scenarios.length }
  await recordActivity(deps, trx, portal, { kind: 'scenarios.saved', subjectId: sequenceId, data })
  return describeScenarios(sequenceId, sequence.draft, { scenarios, revision })
}
