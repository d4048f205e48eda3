import type { Scenarios } from '#shared/contract/scenario.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { StoredScenarios } from './repository.ts'
import { runScenario } from './run-scenario.ts'
import { usualScenarios } from './usual-scenarios.ts'

/** The scenarios of a sequence as the editor shows them, played against the saved draft. Pure. */
export function describeScenarios(
  sequenceId: string,
  draft: SequenceDefinition,
  stored: StoredScenarios | undefined,
): Scenarios {
  const scenarios = stored?.scenarios ?? []
  return {
    sequenceId,
    revision: stored?.revision ?? 0,
    scenarios,
    results: scenarios.map((scenario) => runScenario(draft, scenario)),
    usual: usualScenarios(draft),
  }
}
