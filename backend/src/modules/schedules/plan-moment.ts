import type { AppliedRule, ScheduleRule } from '#shared/contract/schedule.ts'
import { type AskContext, askMoment, type RefusalReason } from './ask-moment.ts'
import { describeDate, describeTime } from './describe-date.ts'
import { describePassedDays } from './describe-passed-days.ts'
import { findOpening, type Opening } from './find-opening.ts'
import type { ResolvedZone, ZoneSource } from './resolve-zone.ts'

/** Everything the moment depends on. The calendar was checked with `checkCalendar`, the zone comes from `resolveZone`. */
export interface ScheduleQuestion extends Omit<AskContext, 'timeZone'> {
  readonly zone: ResolvedZone
  /** True for a mail, which goes out inside a sending window; false for a bare wait, which ends when it ends. */
  readonly sends: boolean
}

export interface PlannedMoment {
  readonly outcome: 'planned'
  readonly at: Temporal.Instant
  readonly timeZone: string
  /** What decided, in order: first what the step asked for, then each rule that moved it. Never empty. */
  readonly rules: readonly AppliedRule[]
  /** The last rule that moved the moment. */
  readonly decidedBy: ScheduleRule
  /** The moment on the zone's clock and the reasons for it. */
  readonly why: string
}

/** No moment can be named. The sentence says what to change. */
export interface RefusedMoment {
  readonly outcome: 'refused'
  readonly reason: RefusalReason
  readonly why: string
}

/** A reader wants the beginning and the end of a long row of closed days; `rules` has them all. */
const SENTENCES_SHOWN = 6

/**
 * The one scheduler: when a step is due, and why then. Never earlier than the step asks; a mail lies inside a sending window
 * or in the first one after; a calendar that stays closed for 400 days is a refusal. Pure: the same question gets the same
 * answer on the same tz database and holiday data.
 */
export function planMoment(question: ScheduleQuestion): PlannedMoment | RefusedMoment {
  const { zone, calendar } = question
  const asked = askMoment({ ...question, timeZone: zone.timeZone })
  if ('refused' in asked) return { outcome: 'refused', reason: asked.refused, why: asked.sentence }
  if (!question.sends) return answer(asked.at, zone, asked.rules)
  const opening = findOpening(asked.at, zone.timeZone, calendar)
  if (!opening) {
    const why = 'No sending window opens for 400 days. Check the sending windows, holidays and days off.'
    return { outcome: 'refused', reason: 'never_opens', why }
  }
  return answer(opening.at, zone, [...asked.rules, ...describePassedDays(opening.passed), ...describeSkip(opening)])
}

function describeSkip({ skipped }: Opening): AppliedRule[] {
  if (!skipped) return []
  const hours = `${describeTime(skipped.from)} to ${describeTime(skipped.until)}`
  return [{ rule: 'clock_skipped', sentence: `The clock skips ${hours} that day; sending begins after it.` }]
}

function answer(at: Temporal.Instant, zone: ResolvedZone, rules: readonly AppliedRule[]): PlannedMoment {
  return {
    outcome: 'planned',
    at,
    timeZone: zone.timeZone,
    rules,
    decidedBy: rules.at(-1)?.rule ?? 'at_once',
    why: [describeMoment(at, zone), ...shorten(rules.map(({ sentence }) => sentence))].join(' '),
  }
}

function describeMoment(at: Temporal.Instant, { timeZone, source }: ResolvedZone): string {
  const local = at.toZonedDateTimeISO(timeZone)
  const date = local.toPlainDate()
  return `${describeDate(date)} ${date.year}, ${describeTime(local.toPlainTime())} (${timeZone}, ${CLOCKS[source]}).`
}

const CLOCKS: Readonly<Record<ZoneSource, string>> = {
  sequence: "the sequence's time zone",
  contact: "the contact's time zone",
  owner: "the owner's time zone",
  portal: "the account's time zone",
  utc: 'no time zone is known',
}

function shorten(sentences: readonly string[]): readonly string[] {
  if (sentences.length <= SENTENCES_SHOWN) return sentences
  const left = sentences.length - SENTENCES_SHOWN
  const half = SENTENCES_SHOWN / 2
  const middle = `${left} more ${left === 1 ? 'reason lies' : 'reasons lie'} between.`
  return [...sentences.slice(0, half), middle, ...sentences.slice(-half)]
}
