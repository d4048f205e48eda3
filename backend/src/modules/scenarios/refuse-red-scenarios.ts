import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Scenario } from '#shared/contract/scenario.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { findScenarios } from './repository.ts'
import { runScenario } from './run-scenario.ts'

export interface TriedDefinition {
  /** Null: a sequence that is not there yet. */
  readonly sequenceId: string | null
  readonly definition: SequenceDefinition
  /** Those that come with the definition, in the place of the sequence's own. */
  readonly scenarios?: readonly Scenario[] | undefined
}

/**
 * A draft whose scenarios do not all come out as they should is not published. Throws `conflict` with the first red one's
 * sentence.
 */
export async function refuseRedScenarios(
  trx: Trx,
  portalId: number,
  { sequenceId, definition, scenarios }: TriedDefinition,
): Promise<void> {
  const red = (scenarios ?? (await findOwn(trx, portalId, sequenceId)))
    .map((scenario) => runScenario(definition, scenario))
    .filter(({ passed }) => !passed)
  const [first] = red
  if (!first) return
  const others = red.length > 1 ? ` ${red.length - 1} more of its scenarios are red.` : ''
  const message = `The scenario “${first.name}” is red: ${first.problem}${others} Change the steps or the scenario first.`
  throw new AppError('conflict', message)
}

async function findOwn(trx: Trx, portalId: number, sequenceId: string | null): Promise<readonly Scenario[]> {
  if (sequenceId === null) return []
  return (await findScenarios(trx, portalId, sequenceId))?.scenarios ?? []
}
