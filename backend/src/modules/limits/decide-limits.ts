import { AppError } from '#core/errors.ts'
import { describeMoment, knownZone } from '#modules/steps/describe-moment.ts'
import { describeLimit } from './describe-limit.ts'
import { findRoom } from './find-room.ts'
import { type Counted, type Limit, type LimitScope, type Usage, usageKey } from './limit.ts'
import { orderFairly } from './order-fairly.ts'

/** A mail that is due and that nothing but limits can keep back. */
export interface DueMail {
  readonly id: string
  readonly sequenceId: string
  /** Our id of who it comes from; absent: of no sender that could have a cap. */
  readonly senderId?: string
  /** Whom each scope counts it for; a scope that is missing does not count it. */
  readonly keys: Partial<Readonly<Record<LimitScope, string>>>
}

export type LimitDecision =
  | { readonly kind: 'now' }
  /** `why` is the sentence for people: until when, and which limit. */
  | { readonly kind: 'later'; readonly until: Temporal.Instant; readonly why: string }

export interface LimitFacts {
  readonly limits: readonly Limit[]
  readonly usage: Usage
  readonly now: Temporal.Instant
  /** The portal's; null is taken as UTC. */
  readonly timeZone: string | null
}

/**
 * Decides for a batch of due mails, in due order, which may go now and until when the others wait. No mail is ever dropped:
 * each one gets a moment, and the moments of a batch respect the limits among themselves. Sequences take turns
 * (`orderFairly`). Pure: the same facts always give the same answer. A moment is a forecast; what is true then decides again.
 * Throws `invalid_input` for a limit that no moment could satisfy.
 */
export function decideLimits(mails: readonly DueMail[], facts: LimitFacts): Map<string, LimitDecision> {
  for (const limit of facts.limits) refuseImpossible(limit)
  const zone = knownZone(facts.timeZone)
  const usage = inOrderOfTime(facts.usage)
  const decisions = new Map<string, LimitDecision>()
  for (const mail of orderFairly(mails, lastServed(facts.usage))) {
    const { moment, blocker } = firstMoment(mail, facts, usage, zone)
    book(mail, usage, moment)
    if (blocker) decisions.set(mail.id, { kind: 'later', until: moment, why: whyLater(moment, blocker, zone) })
    else decisions.set(mail.id, { kind: 'now' })
  }
  return decisions
}

interface Blocker {
  readonly limit: Limit
  readonly key: string
}

/** The first moment all limits agree on, and the last of them to give way. */
function firstMoment(mail: DueMail, facts: LimitFacts, usage: ReadonlyMap<string, Counted[]>, zone: string) {
  const bounds = facts.limits.flatMap((limit) => {
    const key = mail.keys[limit.scope]
    return key === undefined || (limit.key !== undefined && limit.key !== key) ? [] : [{ limit, key }]
  })
  let moment = facts.now
  let blocker: Blocker | undefined
  // A limit that was satisfied may not be any more at the later moment another one asks for: until all are.
  for (let settled = false; !settled; ) {
    settled = true
    for (const bound of bounds) {
      const counted = usage.get(usageKey(bound.limit.scope, bound.key)) ?? []
      const free = findRoom(bound.limit, counted, moment, zone)
      if (Temporal.Instant.compare(free, moment) === 0) continue
      moment = free
      blocker = bound
      settled = false
    }
  }
  return { moment, blocker }
}

/** Takes the mail's place, so that the next one of the batch finds it taken. */
function book(mail: DueMail, usage: Map<string, Counted[]>, at: Temporal.Instant): void {
  for (const [scope, key] of Object.entries(mail.keys) as [LimitScope, string][]) {
    const name = usageKey(scope, key)
    const counted = usage.get(name) ?? []
    const place = counted.findLastIndex((other) => Temporal.Instant.compare(other.at, at) <= 0) + 1
    counted.splice(place, 0, { at, count: 1 })
    usage.set(name, counted)
  }
}

function inOrderOfTime(usage: Usage): Map<string, Counted[]> {
  return new Map(
    [...usage].map(([name, counted]) => [
      name,
      [...counted].sort((one, other) => Temporal.Instant.compare(one.at, other.at)),
    ]),
  )
}

function lastServed(usage: Usage): Map<string, Temporal.Instant> {
  const prefix = usageKey('sequence', '')
  const served = new Map<string, Temporal.Instant>()
  for (const [name, counted] of usage) {
    if (!name.startsWith(prefix)) continue
    const last = counted
      .map(({ at }) => at)
      .sort(Temporal.Instant.compare)
      .at(-1)
    if (last) served.set(name.slice(prefix.length), last)
  }
  return served
}

function refuseImpossible({ max, window }: Limit): void {
  if (!Number.isSafeInteger(max) || max < 1) {
    throw new AppError('invalid_input', 'A limit is a whole number from 1 on. To send nothing, stop sending.')
  }
  if (window.kind === 'rolling' && window.span.total('milliseconds') < 1) {
    throw new AppError('invalid_input', 'A limit needs a time to count in. Enter how many minutes or hours.')
  }
}

function whyLater(until: Temporal.Instant, { limit, key }: Blocker, zone: string): string {
  return `Waits until ${describeMoment(until, zone)}: ${describeLimit(limit, key)}.`
}
