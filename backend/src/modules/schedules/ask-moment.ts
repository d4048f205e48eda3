import { describeSpan } from '#modules/enrollments/describe-span.ts'
import type { AppliedRule, ScheduleCalendar, StepTiming } from '#shared/contract/schedule.ts'
import { addBusinessDays } from './add-business-days.ts'
import { describeDate } from './describe-date.ts'
import { describePassedDays } from './describe-passed-days.ts'
import { placeWallTime } from './place-wall-time.ts'

/** A date of the deal: a day (HubSpot's `date`), a moment (`datetime`), or null when it is empty. */
export interface DealDate {
  /** The property's name as people see it, e.g. "Close date". */
  readonly label: string
  readonly value: Temporal.PlainDate | Temporal.Instant | null
}

/** What was left of a wait when it was paused: exact time, whatever its unit was. */
export interface RemainingWait {
  readonly kind: 'remaining'
  readonly milliseconds: number
}

export interface AskContext {
  readonly timing: StepTiming | RemainingWait
  readonly calendar: ScheduleCalendar
  readonly timeZone: string
  readonly reachedAt: Temporal.Instant
  /** For `deal_date` only. */
  readonly dealDate: DealDate | null
}

export type RefusalReason = 'never_opens' | 'no_business_day' | 'deal_date_missing' | 'deal_date_unusable'

/** The moment a step asks for, before any window is looked at; or why there is none. */
export type AskedMoment =
  | { readonly at: Temporal.Instant; readonly rules: readonly AppliedRule[] }
  | { readonly refused: RefusalReason; readonly sentence: string }

/** Deals carry placeholders such as the year 9999; a mail planned for them is a mistake in the deal. */
const LAST_YEAR = 2200

/** When the step asks to be due, never earlier than it is reached. Days keep the wall clock's time in the zone. Pure. */
export function askMoment(context: AskContext): AskedMoment {
  const { timing, reachedAt } = context
  switch (timing.kind) {
    case 'at_once':
      return { at: reachedAt, rules: [{ rule: 'at_once', sentence: 'Due as soon as the step is reached.' }] }
    case 'wait':
      return wait(context, timing)
    case 'remaining':
      return waitOut(reachedAt, timing.milliseconds)
    case 'time_of_day':
      return waitUntil(context, timing.time)
    case 'deal_date':
      return aroundDealDate(context, timing)
  }
}

function wait(context: AskContext, timing: StepTiming & { kind: 'wait' }): AskedMoment {
  const { reachedAt, calendar, timeZone } = context
  const { amount, unit } = timing
  if (unit === 'minutes' || unit === 'hours') {
    const rule = { rule: `wait_${unit}`, sentence: `Waits ${count(amount, unit)}.` } as const
    return { at: reachedAt.add({ [unit]: amount }), rules: [rule] }
  }
  const local = reachedAt.toZonedDateTimeISO(timeZone).toPlainDateTime()
  const from = local.toPlainDate()
  if (unit === 'days') {
    const rule = { rule: 'wait_days', sentence: `Waits ${count(amount, 'days')}, to the same time of day.` } as const
    return placeNotBefore(reachedAt, from.add({ days: amount }).toPlainDateTime(local.toPlainTime()), timeZone, [rule])
  }
  const day = addBusinessDays(from, amount, calendar)
  if (!day) {
    const sentence = 'No business day comes for 400 days. Check the business days, holidays and days off.'
    return { refused: 'no_business_day', sentence }
  }
  const rule = {
    rule: 'wait_business_days',
    sentence: `Waits ${count(amount, 'business days')}, to the same time of day.`,
  } as const
  const rules = [rule, ...describePassedDays(day.passed)]
  return placeNotBefore(reachedAt, day.date.toPlainDateTime(local.toPlainTime()), timeZone, rules)
}

function waitOut(reachedAt: Temporal.Instant, milliseconds: number): AskedMoment {
  const rule = { rule: 'wait_remaining', sentence: `Waits the remaining ${describeSpan(milliseconds)}.` } as const
  return { at: reachedAt.add({ milliseconds }), rules: [rule] }
}

function waitUntil({ reachedAt, timeZone }: AskContext, text: string): AskedMoment {
  const time = Temporal.PlainTime.from(text)
  const rules: AppliedRule[] = [{ rule: 'time_of_day', sentence: `Waits until ${text}.` }]
  const today = reachedAt.toZonedDateTimeISO(timeZone).toPlainDate()
  const sameDay = placeWallTime(today.toPlainDateTime(time), timeZone)
  if (Temporal.Instant.compare(sameDay.at, reachedAt) >= 0) {
    return placeNotBefore(reachedAt, today.toPlainDateTime(time), timeZone, rules)
  }
  return placeNotBefore(reachedAt, today.add({ days: 1 }).toPlainDateTime(time), timeZone, rules)
}

function aroundDealDate(context: AskContext, timing: StepTiming & { kind: 'deal_date' }): AskedMoment {
  const { dealDate, timeZone, reachedAt } = context
  const label = dealDate?.label ?? timing.property
  const value = dealDate?.value
  if (!value) {
    return { refused: 'deal_date_missing', sentence: `The deal has no "${label}". Fill it in on the deal.` }
  }
  // A day is the same day everywhere; a moment has the date that the zone's clock shows.
  const date = value instanceof Temporal.Instant ? value.toZonedDateTimeISO(timeZone).toPlainDate() : value
  if (date.year > LAST_YEAR) {
    const sentence = `The deal's "${label}" is in the year ${date.year}. Correct it on the deal.`
    return { refused: 'deal_date_unusable', sentence }
  }
  const target = date.add({ days: timing.days }).toPlainDateTime(Temporal.PlainTime.from(timing.time))
  const rule: AppliedRule = { rule: 'deal_date', sentence: describeOffset(timing, label, date) }
  if (Temporal.Instant.compare(placeWallTime(target, timeZone).at, reachedAt) < 0) {
    const passed: AppliedRule = { rule: 'deal_date_passed', sentence: 'That is over, so the step is due now.' }
    return { at: reachedAt, rules: [rule, passed] }
  }
  return placeNotBefore(reachedAt, target, timeZone, [rule])
}

/** Places a wall-clock time, and says so when the clock skips or repeats it. */
function placeNotBefore(
  reachedAt: Temporal.Instant,
  local: Temporal.PlainDateTime,
  timeZone: string,
  rules: readonly AppliedRule[],
): AskedMoment {
  const { at, clock } = placeWallTime(local, timeZone)
  // A wait of 0 days that begins in the second of two equal hours would end in the first.
  if (Temporal.Instant.compare(at, reachedAt) <= 0) return { at: reachedAt, rules }
  const shown = local.toPlainTime().toString({ smallestUnit: 'minute' })
  if (clock === 'skipped') {
    const sentence = `The clock skips ${shown} that day, so the first time after it counts.`
    return { at, rules: [...rules, { rule: 'clock_skipped', sentence }] }
  }
  if (clock === 'repeated') {
    const sentence = `The clock shows ${shown} twice that day; the first counts.`
    return { at, rules: [...rules, { rule: 'clock_repeated', sentence }] }
  }
  return { at, rules }
}

function count(amount: number, unit: string): string {
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`
}

function describeOffset(
  { days, time }: { days: number; time: string },
  label: string,
  date: Temporal.PlainDate,
): string {
  const day = `the deal's "${label}" (${describeDate(date)} ${date.year})`
  if (days === 0) return `Due on ${day} at ${time}.`
  return `Due ${count(Math.abs(days), 'days')} ${days < 0 ? 'before' : 'after'} ${day} at ${time}.`
}
