import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import type { RemoveScenarios, Scenarios } from '#shared/contract/scenario.ts'
import { replaceScenarios } from './replace-scenarios.ts'

/** Removes all scenarios of a sequence. Throws as `replaceScenarios`. */
export function removeScenarios(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  sequenceId: string,
  { idempotencyKey, revision }: RemoveScenarios,
): Promise<Scenarios> {
  const change = { key: idempotencyKey, operation: 'scenarios.remove', input: { sequenceId, revision } }
  return once(deps, portal, change, (trx) =>
    replaceScenarios(deps, trx, portal, { sequenceId, scenarios: [], revision }),
  )
}
