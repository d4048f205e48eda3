import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import type { SaveScenarios, Scenarios } from '#shared/contract/scenario.ts'
import { checkScenarios } from './check-scenarios.ts'
import { replaceScenarios } from './replace-scenarios.ts'

/**
 * Replaces a sequence's scenarios and plays them against its saved draft. Red ones are kept: they are why somebody wrote them.
 * Throws `invalid_input`, and as `replaceScenarios`.
 */
export function saveScenarios(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  sequenceId: string,
  { idempotencyKey, scenarios, revision }: SaveScenarios,
): Promise<Scenarios> {
  const change = { key: idempotencyKey, operation: 'scenarios.save', input: { sequenceId, scenarios, revision } }
  return once(deps, portal, change, (trx) => {
    checkScenarios(scenarios)
    return replaceScenarios(deps, trx, portal, { sequenceId, scenarios, revision })
  })
}
