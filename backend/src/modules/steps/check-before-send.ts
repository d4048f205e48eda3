import { isAppError } from '#core/errors.ts'
import type { Talks } from '#core/talks.ts'
import { pairKey, type SendFacts, type SendPair } from '#modules/deals/send-facts.ts'
import { judgeLateness, type Late } from '#modules/late-mails/judge-lateness.ts'
import { afterOutage } from './backoff.ts'
import { type Decision, decideBeforeSend } from './decide-before-send.ts'
import { describeMoment } from './describe-moment.ts'
import { KNOWN_FOR, MAX_UNCHECKED, PAUSED_RECHECK } from './limits.ts'
import type { LoadedBatch, LoadedRun } from './load-runs.ts'
import type { Outcome, Settlement } from './settle-runs.ts'
import type { KeptTalks } from './state-repository.ts'
import type { StepsDeps } from './steps-deps.ts'

const NO_ANSWER = 'HubSpot could not be asked whether the deal is still in the stage'

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
    if (late) settlements.push({ run: loaded.run, outcome: { kind: 'held', ...late } })
    else if (decision.kind === 'send') open.push(loaded)
    else settlements.push({ run: loaded.run, outcome: outcomeOfDecision(decision, deps.clock()) })
  }
  const asking = open.filter(mustAsk)
  const known = knownFacts(asking, deps.clock())
  const pairs = asking.map(pairOf).filter((pair) => !known.has(pairKey(pair)))
  const answer = await askHubSpot(deps, portalId, pairs)
  const sendable: CheckedRun[] = []
  for (const loaded of open) {
    const key = pairKey(pairOf(loaded))
    const told = mustAsk(loaded) ? (known.get(key) ?? answer.facts.get(key)) : undefined
    if (mustAsk(loaded) && !told) {
      settlements.push({
        run: loaded.run,
        outcome: unanswered(deps, loaded, answer.retryAfterMs, batch.portal.timeZone),
      })
      continue
    }
    const decision = decide(deps, loaded, told)
    if (decision.kind === 'send') sendable.push({ ...loaded, told })
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

/** A person who sends a mail once more has just looked at the deal. */
function mustAsk(loaded: LoadedRun): boolean {
  return !loaded.run.resend
}

function pairOf({ state }: LoadedRun): SendPair {
  return { dealId: state.dealId, contactId: state.contact.contactId }
}

/** What HubSpot told a moment ago; the pairs that are missing have to be asked for. */
function knownFacts(runs: readonly LoadedRun[], now: Temporal.Instant): Map<string, SendFacts> {
  const known = new Map<string, SendFacts>()
  for (const loaded of runs) {
    const { deal, dealReadAt, contactsReadAt, contactReadAt, onDeal, contact } = loaded.state
    if (!deal || !dealReadAt || !contactsReadAt || loaded.hasNews) continue
    const readings = [dealReadAt, contactsReadAt, contactReadAt]
    if (!readings.every((readAt) => isYoung(readAt, now))) continue
    const { pipelineId, stageId, ownerId, isClosed, deleted } = deal
    const { email, optedOut } = contact
    const readAt = readings.reduce((one, other) => (Temporal.Instant.compare(one, other) <= 0 ? one : other))
    known.set(pairKey(pairOf(loaded)), {
      pipelineId,
      stageId,
      deleted,
      ownerId,
      isClosed,
      talks: talksOf(loaded.state, 'deal'),
      onDeal,
      contact: { email, optedOut, talks: talksOf(loaded.state, 'contact') },
      readAt,
    })
  }
  return known
}

function talksOf(state: KeptTalks, of: 'deal' | 'contact'): Talks {
  return { repliedAt: state[`${of}RepliedAt`], bookedAt: state[`${of}BookedAt`], meetingAt: state[`${of}MeetingAt`] }
}

/** A reading from the future is one by another clock: nothing is known about its age. */
function isYoung(readAt: Temporal.Instant, now: Temporal.Instant): boolean {
  const age = now.since(readAt)
  return age.sign >= 0 && Temporal.Duration.compare(age, KNOWN_FOR) < 0
}

interface Answer {
  facts: ReadonlyMap<string, SendFacts>
  retryAfterMs: number
}

async function askHubSpot(deps: StepsDeps, portalId: number, pairs: readonly SendPair[]): Promise<Answer> {
  if (pairs.length === 0) return { facts: new Map(), retryAfterMs: 0 }
  try {
    return { facts: await deps.readSendFacts(deps, portalId, pairs), retryAfterMs: 0 }
  } catch (error) {
    if (!isAppError(error)) throw error
    deps.log.warn({ portalId, pairs: pairs.length, code: error.code }, 'facts for mails were not read')
    return { facts: new Map(), retryAfterMs: error.retryAfterMs ?? 0 }
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
