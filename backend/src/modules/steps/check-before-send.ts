import { isAppError } from '#core/errors.ts'
import { afterOutage } from './backoff.ts'
import { type Decision, decideBeforeSend } from './decide-before-send.ts'
import { describeMoment } from './describe-moment.ts'
import { MAX_UNCHECKED, PAUSED_RECHECK, STAGE_KNOWN_FOR } from './limits.ts'
import type { LoadedBatch, LoadedRun } from './load-runs.ts'
import type { Outcome, Settlement } from './settle-runs.ts'
import type { DealStage, StepsDeps } from './steps-deps.ts'

const NO_ANSWER = 'HubSpot could not be asked whether the deal is still in the stage'

/** A run that may be mailed, with the stage HubSpot named a moment ago; undefined where nobody needed to ask. */
export interface CheckedRun extends LoadedRun {
  readonly stage: DealStage | undefined
}

export interface CheckedBatch {
  readonly sendable: readonly CheckedRun[]
  readonly settlements: readonly Settlement[]
}

/**
 * Sorts a batch into what may be sent and what has another outcome. HubSpot is asked once for all deals, and only about runs
 * that everything else lets through and whose deal was not read within the last half second. Without its answer nothing is sent:
 * the deal may be lost by now.
 */
export async function checkBeforeSend(deps: StepsDeps, portalId: number, batch: LoadedBatch): Promise<CheckedBatch> {
  const settlements: Settlement[] = []
  const open: LoadedRun[] = []
  for (const loaded of batch.runs) {
    const decision = decideBeforeSend(loaded.state, { ...loaded, resend: loaded.run.resend, stage: undefined })
    if (decision.kind === 'send') open.push(loaded)
    else settlements.push({ run: loaded.run, outcome: outcomeOfDecision(decision, deps.clock()) })
  }
  const asking = open.filter(needsStage)
  const known = knownStages(asking, deps.clock())
  const unknown = asking.map((loaded) => loaded.state.dealId).filter((dealId) => !known.has(dealId))
  const answer = await askHubSpot(deps, portalId, [...new Set(unknown)])
  const sendable: CheckedRun[] = []
  for (const loaded of open) {
    const { dealId } = loaded.state
    const stage = needsStage(loaded) ? (known.get(dealId) ?? answer.stages.get(dealId)) : undefined
    if (needsStage(loaded) && !stage) {
      settlements.push({
        run: loaded.run,
        outcome: unanswered(deps, loaded, answer.retryAfterMs, batch.portal.timeZone),
      })
      continue
    }
    const decision = decideBeforeSend(loaded.state, { ...loaded, resend: loaded.run.resend, stage })
    if (decision.kind === 'send') sendable.push({ ...loaded, stage })
    else settlements.push({ run: loaded.run, outcome: outcomeOfDecision(decision, deps.clock()) })
  }
  return { sendable, settlements }
}

/** A person who sends a mail once more has just looked at the deal. */
function needsStage(loaded: LoadedRun): boolean {
  return !loaded.run.resend
}

/** Where HubSpot said a moment ago the deals are; those that are missing have to be asked for. */
function knownStages(runs: readonly LoadedRun[], now: Temporal.Instant): Map<string, DealStage> {
  const known = new Map<string, DealStage>()
  for (const { state, dealHasNews } of runs) {
    const { deal, dealReadAt } = state
    if (!deal || !dealReadAt || dealHasNews) continue
    // A reading from the future is one by another clock: nothing is known about its age.
    const age = now.since(dealReadAt)
    if (age.sign < 0 || Temporal.Duration.compare(age, STAGE_KNOWN_FOR) >= 0) continue
    const { pipelineId, stageId, deleted } = deal
    known.set(state.dealId, { pipelineId, stageId, deleted, readAt: dealReadAt })
  }
  return known
}

interface Answer {
  stages: ReadonlyMap<string, DealStage>
  retryAfterMs: number
}

async function askHubSpot(deps: StepsDeps, portalId: number, dealIds: readonly string[]): Promise<Answer> {
  if (dealIds.length === 0) return { stages: new Map(), retryAfterMs: 0 }
  try {
    return { stages: await deps.readDealStages(deps, portalId, dealIds), retryAfterMs: 0 }
  } catch (error) {
    if (!isAppError(error)) throw error
    deps.log.warn({ portalId, deals: dealIds.length, code: error.code }, 'deal stages were not read')
    return { stages: new Map(), retryAfterMs: error.retryAfterMs ?? 0 }
  }
}

function unanswered(deps: StepsDeps, loaded: LoadedRun, retryAfterMs: number, timeZone: string | null): Outcome {
  const now = deps.clock()
  const { reachedAt, why: lastWhy } = loaded.state
  // A step may be old for another reason, a pause perhaps: only one that HubSpot's silence put off before is held for it.
  const silentBefore = lastWhy.startsWith(NO_ANSWER)
  if (silentBefore && Temporal.Instant.compare(now, reachedAt.add(MAX_UNCHECKED)) >= 0) {
    const why =
      'HubSpot could not be asked for a day whether the deal is still in the stage. Check the deal, then try again.'
    return { kind: 'held', why }
  }
  const dueAt = afterOutage(now, reachedAt, deps.random, retryAfterMs)
  const when = describeMoment(dueAt, timeZone)
  return { kind: 'later', dueAt, why: `${NO_ANSWER}; trying again at ${when}.` }
}

/** What a decision against sending means for the run. */
export function outcomeOfDecision(decision: Exclude<Decision, { kind: 'send' }>, now: Temporal.Instant): Outcome {
  switch (decision.kind) {
    case 'cancel':
      return { kind: 'canceled', why: decision.why }
    case 'end':
      return { kind: 'ended', reason: decision.reason }
    case 'hold':
      return { kind: 'held', why: decision.why }
    case 'paused':
      return { kind: 'later', dueAt: now.add(PAUSED_RECHECK), why: decision.why }
    case 'settle':
      return decision.outcome === 'sent'
        ? { kind: 'sent', response: '', subject: '' }
        : { kind: 'unconfirmed', detail: 'The worker that was sending it stopped before the server’s answer.' }
  }
}
