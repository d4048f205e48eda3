import type { PortalContext } from '#core/context.ts'
import { type CheckedRun, outcomeOfDecision } from './check-before-send.ts'
import { decideBeforeSend } from './decide-before-send.ts'
import { loadRuns } from './load-runs.ts'
import { settleEach } from './settle-each.ts'
import type { Outcome } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'

/**
 * Settles runs that something overtook between the claim and the content: looks again at what is true now. A run whose claim
 * is gone is left to whoever has it. `unsent` says that our own attempt certainly released no content: a mark on the delivery
 * is then our gate's, whose commit we did not hear of.
 */
export async function settleOvertaken(
  deps: StepsDeps,
  portal: PortalContext,
  overtaken: readonly CheckedRun[],
  options: { unsent: boolean },
): Promise<void> {
  if (overtaken.length === 0) return
  const batch = await loadRuns(
    deps,
    portal.portalId,
    overtaken.map(({ run }) => run),
  )
  const told = new Map(overtaken.map((checked) => [checked.run.id, checked.told]))
  const settlements = (batch?.runs ?? []).map((loaded) => {
    const { run, state } = loaded
    const facts = { ...loaded, resend: run.resend, told: told.get(run.id), now: deps.clock() }
    const decision = decideBeforeSend(options.unsent ? { ...state, delivery: null } : state, facts)
    const outcome: Outcome = decision.kind === 'send' ? again(deps) : outcomeOfDecision(decision, deps.clock())
    return { run, outcome }
  })
  await settleEach(deps, portal, settlements)
}

/** Nothing stands against it: its worker was only too slow, or the database was away for a moment. */
function again(deps: StepsDeps): Outcome {
  return { kind: 'later', dueAt: deps.clock(), why: 'The worker ran out of time; it is sent with the next batch.' }
}
