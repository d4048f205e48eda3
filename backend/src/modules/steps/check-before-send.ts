import type { SendFacts } from '#modules/deals/send-facts.ts'
import { judgeLateness, type Late } from '#modules/late-mails/judge-lateness.ts'
import { MUST_BE_APPROVED, needsApproval } from './approval.ts'
import { asTold } from './as-told.ts'
import { askBefore, unanswered } from './ask-before.ts'
import { type Decision, decideBeforeSend } from './decide-before-send.ts'
import { JUST_LOOKED, PAUSED_RECHECK } from './limits.ts'
import type { LoadedBatch, LoadedRun } from './load-runs.ts'
import type { Outcome, Settlement } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'

/** A run that may be mailed, with what HubSpot told a moment ago; undefined where nobody needed to ask. */
export interface CheckedRun extends LoadedRun {
  readonly told: SendFacts | undefined
}

export interface CheckedBatch {
  readonly sendable: readonly CheckedRun[]
  readonly settlements: readonly Settlement[]
}

/**
 * Sorts a batch into what may be sent and what has another outcome. HubSpot is asked once for the batch, and only about runs
 * that everything else lets through and whose facts were not read within the last half second. Without its answer nothing is
 * sent: the deal may be lost by now, or the contact no longer ours to write to.
 */
export async function checkBeforeSend(deps: StepsDeps, portalId: number, batch: LoadedBatch): Promise<CheckedBatch> {
  const settlements: Settlement[] = []
  const open: LoadedRun[] = []
  for (const loaded of batch.runs) {
    const decision = decide(deps, loaded, undefined)
    // Before its window: a late mail that were put off to the next one would look as if it had waited on purpose.
    const goes = decision.kind === 'send' || decision.kind === 'put_off'
    const late = goes ? lateness(loaded, batch, deps.clock()) : undefined
    // Who approves it sees that it is late; but not that it may have been sent before a restore.
    const asks = goes && late?.heldFor !== 'restored' && needsApproval(loaded.state, loaded.run)
    if (asks) settlements.push({ run: loaded.run, outcome: MUST_BE_APPROVED })
    else if (late) settlements.push({ run: loaded.run, outcome: { kind: 'held', ...late } })
    else if (decision.kind === 'send') open.push(loaded)
    else settlements.push({ run: loaded.run, outcome: outcomeOfDecision(decision, deps.clock()) })
  }
  const asking = new Set(open.filter((loaded) => mustAsk(loaded, deps.clock())))
  const answer = await askBefore(deps, portalId, [...asking])
  const sendable: CheckedRun[] = []
  for (const loaded of open) {
    const told = answer.told(loaded)
    if (asking.has(loaded) && !told) {
      const outcome = unanswered(deps, loaded, answer.retryAfterMs, batch.portal.timeZone)
      settlements.push({ run: loaded.run, outcome })
      continue
    }
    const checked = { ...loaded, state: asTold(loaded.state, told), told }
    const decision = decide(deps, checked, told)
    if (decision.kind === 'send') sendable.push(checked)
    else settlements.push({ run: loaded.run, outcome: outcomeOfDecision(decision, deps.clock()) })
  }
  return { sendable, settlements }
}

function decide(deps: StepsDeps, loaded: LoadedRun, told: SendFacts | undefined): Decision {
  return decideBeforeSend(loaded.state, { ...loaded, resend: loaded.run.resend, told, now: deps.clock() })
}

/** Looked at before HubSpot is asked: after an outage that would be thousands of calls about mails that wait anyway. */
function lateness({ run, state }: LoadedRun, batch: LoadedBatch, now: Temporal.Instant): Late | undefined {
  const { sensibleHours, restoredAt, portal } = batch
  return judgeLateness(
    { ...run, waitedUntil: state.waitedUntil },
    { now, sensibleHours, restoredAt, timeZone: portal.timeZone },
  )
}

/**
 * A person who sends a mail once more has just looked at the deal. Days later, after a stop for example, that says nothing; nor
 * does it where no address is kept to send it to.
 */
function mustAsk({ run, address }: LoadedRun, now: Temporal.Instant): boolean {
  const looked = run.approvedAt ?? run.plannedFor
  return !run.resend || !address || Temporal.Instant.compare(now, looked.add(JUST_LOOKED)) >= 0
}

/** What a decision against sending means for the run. */
export function outcomeOfDecision(decision: Exclude<Decision, { kind: 'send' }>, now: Temporal.Instant): Outcome {
  switch (decision.kind) {
    case 'cancel':
      return { kind: 'canceled', why: decision.why }
    case 'end':
      return { kind: 'ended', reason: decision.reason }
    case 'pause_others':
      return { kind: 'paused', reason: 'other_replied' }
    case 'hold':
      return { kind: 'held', why: decision.why }
    case 'paused':
      return { kind: 'later', dueAt: now.add(PAUSED_RECHECK), why: decision.why, onPurpose: true }
    case 'put_off':
      return { kind: 'later', dueAt: decision.dueAt, why: decision.why, onPurpose: true }
    case 'again':
      return { kind: 'later', dueAt: now, why: decision.why }
    case 'settle':
      return decision.outcome === 'sent'
        ? { kind: 'sent', response: '', subject: '' }
        : { kind: 'unconfirmed', detail: 'The worker that was sending it stopped before the server’s answer.' }
  }
}
