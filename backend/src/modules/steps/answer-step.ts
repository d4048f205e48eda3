import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import type { Done } from '#shared/contract/common.ts'
import type { ResolveStep } from '#shared/contract/enrollment.ts'
import { resolveStepIn } from './resolve-step.ts'

/** A person's word on a waiting step, from the card: done once per key, however often HubSpot's proxy repeats the call. */
export function answerStep(deps: Deps, portal: PortalContext, stepRunId: string, input: ResolveStep): Promise<Done> {
  const change = { key: input.idempotencyKey, operation: 'step.resolve', input: { ...input, stepRunId } }
  return once(deps, portal, change, async (trx) => {
    await resolveStepIn(deps, trx, portal, { stepRunId, action: input.action })
    return { done: true as const }
  })
}
