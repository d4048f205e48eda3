import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { findScenarios } from './repository.ts'
import { runScenario } from './run-scenario.ts'

/**
 * A draft whose scenarios do not all come out as they should is not published. Throws `conflict` with the first red one's
 * sentence.
 */
export async function refuseRedScenarios(
  trx: Trx,
  portalId: number,
  { sequenceId, definition }: { readonly sequenceId: string; readonly definition: SequenceDefinition },
): Promise<void> {
  const stored = await findScenarios(trx, portalId, sequenceId)
  const red = (stored?.scenarios ?? [])
    .map((scenario) => runScenario(definition, scenario))
    .filter(({ passed }) => !passed)
  const [first] = red
  if (!first) return
  const others = red.length > 1 ? ` ${red.length - 1} more of its scenarios are red.` : ''
  const message = `The scenario “${first.name}” is red: ${first.problem}${others} Change the steps or the scenario first.`
  throw new AppError('conflict', message)
}
