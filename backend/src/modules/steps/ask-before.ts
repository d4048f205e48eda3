import { isAppError } from '#core/errors.ts'
import type { Talks } from '#core/talks.ts'
import { pairKey, type SendFacts, type SendPair } from '#modules/deals/send-facts.ts'
import { afterOutage } from './backoff.ts'
import { describeMoment } from './describe-moment.ts'
import { keptBackSince } from './kept-back-since.ts'
import { KNOWN_FOR, MAX_UNCHECKED } from './limits.ts'
import type { LoadedRun } from './load-runs.ts'
import type { Outcome } from './settle-runs.ts'
import type { KeptTalks } from './state-repository.ts'
import type { StepsDeps } from './steps-deps.ts'

const NO_ANSWER = 'HubSpot could not be asked whether the deal is still in the stage'

/** What HubSpot said about a batch. */
export interface Asked {
  /** Undefined where it did not answer, and for runs it was not asked about. */
  readonly told: (loaded: LoadedRun) => SendFacts | undefined
  /** How long it wants to be left alone, in milliseconds. */
  readonly retryAfterMs: number
}

/**
 * Asks HubSpot once for a batch what may forbid its steps, except about runs whose facts were read within the last half
 * second. Does not throw when HubSpot cannot be asked: nothing is then told.
 */
export async function askBefore(deps: StepsDeps, portalId: number, runs: readonly LoadedRun[]): Promise<Asked> {
  const known = knownFacts(runs, deps.clock())
  const pairs = runs.map(pairOf).filter((pair) => !known.has(pairKey(pair)))
  const { facts, retryAfterMs } = await askHubSpot(deps, portalId, pairs)
  const asked = new Set(runs.map(({ run }) => run.id))
  const told = (loaded: LoadedRun) => {
    const key = pairKey(pairOf(loaded))
    return asked.has(loaded.run.id) ? (known.get(key) ?? facts.get(key)) : undefined
  }
  return { told, retryAfterMs }
}

function pairOf({ state }: LoadedRun): SendPair {
  return { dealId: state.dealId, contactId: state.contact.contactId }
}

/**
 * What HubSpot told a moment ago; the pairs that are missing have to be asked for. Nothing where an address is missing: another
 * contact of the batch may have it, and two that are read in turn would take it from each other again and again.
 */
function knownFacts(runs: readonly LoadedRun[], now: Temporal.Instant): Map<string, SendFacts> {
  const known = new Map<string, SendFacts>()
  if (runs.some(({ address }) => !address)) return known
  for (const loaded of runs) {
    const { deal, dealReadAt, contactsReadAt, contactReadAt, onDeal, contact } = loaded.state
    if (!deal || !dealReadAt || !contactsReadAt || loaded.hasNews) continue
    const readings = [dealReadAt, contactsReadAt, contactReadAt]
    if (!readings.every((readAt) => isYoung(readAt, now))) continue
    const { pipelineId, stageId, ownerId, isClosed, deleted } = deal
    const { email, optedOut } = contact
    const readAt = readings.reduce((one, other) => (Temporal.Instant.compare(one, other) <= 0 ? one : other))
    known.set(pairKey(pairOf(loaded)), {
      merged: false,
      pipelineId,
      stageId,
      deleted,
      ownerId,
      isClosed,
      talks: talksOf(loaded.state, 'deal'),
      onDeal,
      contact: { email, optedOut, talks: talksOf(loaded.state, 'contact') },
      values: null,
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

/** What becomes of a step about which HubSpot did not answer: it is tried later, and after a day it waits for a person. */
export function unanswered(deps: StepsDeps, loaded: LoadedRun, retryAfterMs: number, timeZone: string | null): Outcome {
  const now = deps.clock()
  const { why: lastWhy } = loaded.state
  const since = keptBackSince(loaded.run, loaded.state)
  // A step may be old for another reason, a pause perhaps: only one that HubSpot's silence put off before is held for it.
  const silentBefore = lastWhy.startsWith(NO_ANSWER)
  if (silentBefore && Temporal.Instant.compare(now, since.add(MAX_UNCHECKED)) >= 0) {
    const why =
      'HubSpot could not be asked for a day whether the deal is still in the stage. Check the deal, then try again.'
    return { kind: 'held', why }
  }
  const dueAt = afterOutage(now, since, deps.random, retryAfterMs)
  const when = describeMoment(dueAt, timeZone)
  return { kind: 'later', dueAt, why: `${NO_ANSWER}; trying again at ${when}.` }
}
