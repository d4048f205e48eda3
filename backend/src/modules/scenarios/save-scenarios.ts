import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { nameOf } from '#modules/limits/name-of.ts'
import type { SaveScenarios, Scenarios } from '#shared/contract/scenario.ts'
import { checkScenarios } from './check-scenarios.ts'
import { describeScenarios } from './describe-scenarios.ts'
import { findScenarios, lockTriedSequence, putScenarios } from './repository.ts'

/**
 * Replaces a sequence's scenarios and plays them against its saved draft. Red ones are kept: they are why somebody wrote them.
 * Throws `not_found`, `conflict` for an archived sequence or when somebody saved since this revision was read, and
 * `invalid_input`.
 */
export function saveScenarios(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  sequenceId: string,
  input: SaveScenarios,
): Promise<Scenarios> {
  const { portalId, actor } = portal
  const { idempotencyKey, scenarios, revision } = input
  const change = { key: idempotencyKey, operation: 'scenarios.save', input: { sequenceId, scenarios, revision } }
  return once(deps, portal, change, async (trx) => {
    checkScenarios(scenarios)
    const sequence = await lockTriedSequence(trx, portalId, sequenceId)
    if (!sequence) throw new AppError('not_found', 'There is no such sequence. Reload the page.')
    if (sequence.status === 'archived') {
      throw new AppError('conflict', `“${sequence.name}” is archived and cannot be changed. Create a new sequence.`)
    }
    const stored = await findScenarios(trx, portalId, sequenceId)
    if ((stored?.revision ?? 0) !== revision) {
      throw new AppError(
        'conflict',
        'These scenarios were saved by somebody else since you opened them. Load them again.',
      )
    }
    await putScenarios(trx, portalId, {
      sequenceId,
      scenarios: JSON.stringify(scenarios),
      revision: revision + 1,
      updatedAt: deps.clock(),
      updatedBy: nameOf(actor),
    })
    const data = { sequence: sequence.name, count: scenarios.length }
    await recordActivity(deps, trx, portal, { kind: 'scenarios.saved', subjectId: sequenceId, data })
    return describeScenarios(sequenceId, sequence.draft, { scenarios, revision: revision + 1 })
  })
}
