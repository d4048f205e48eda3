import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import { openHours } from './open-hours.ts'
import { type PassedDay, SEARCH_DAYS } from './passed-day.ts'

/** The moment the calendar opens. */
export interface Opening {
  readonly at: Temporal.Instant
  /** The days that were closed, or over, before it; empty when the calendar was open at the asked moment. */
  readonly passed: readonly PassedDay[]
  /** What the clock left out just before `at`, when the opening lies where the clock went forward. */
  readonly skipped?: { readonly from: Temporal.PlainTime; readonly until: Temporal.PlainTime }
}

/** A stretch of time between two changes of the clock: inside it, the wall clock runs evenly. */
interface Stretch {
  readonly begin: Temporal.ZonedDateTime
  readonly change: Temporal.ZonedDateTime | null
}

/**
 * The first moment at or after `asked` at which the wall clock of the zone shows a time inside a window of an open day.
 * Walks from one clock change to the next, so a repeated hour is open both times it shows an open time, and a window that
 * the clock skipped whole opens for one instant where the clock goes on (if that is still the same day; a window of a
 * skipped midnight is not moved into the next day, which may be a holiday). `undefined` when nothing opens for 400 days. Pure.
 */
export function findOpening(
  asked: Temporal.Instant,
  timeZone: string,
  calendar: ScheduleCalendar,
): Opening | undefined {
  let begin = asked.toZonedDateTimeISO(timeZone)
  const lastDate = begin.toPlainDate().add({ days: SEARCH_DAYS })
  const passed: PassedDay[] = []
  // Asked for the very instant at which the clock went forward: what it skipped counts too.
  if (isChange(begin) && opensWhereClockGoesOn(begin, calendar)) return { at: asked, passed }
  for (;;) {
    const stretch = { begin, change: begin.getTimeZoneTransition('next') }
    const found = searchStretch(stretch, lastDate, calendar, passed)
    if (found) return explain(found, asked, calendar, passed)
    if (!stretch.change || Temporal.PlainDate.compare(stretch.change.toPlainDate(), lastDate) > 0) return undefined
    begin = stretch.change
    if (opensWhereClockGoesOn(begin, calendar)) return explain(begin, asked, calendar, passed)
  }
}

/** The first open moment of a stretch that is not later than `lastDate`; days it leaves behind are appended to `passed`. */
function searchStretch(
  { begin, change }: Stretch,
  lastDate: Temporal.PlainDate,
  calendar: ScheduleCalendar,
  passed: PassedDay[],
): Temporal.ZonedDateTime | undefined {
  const local = begin.toPlainDateTime()
  const end = change && clockAt(change).before
  const isInside = (time: Temporal.PlainDateTime) => end === null || Temporal.PlainDateTime.compare(time, end) < 0
  let date = local.toPlainDate()
  let earliest = local
  while (isInside(earliest) && Temporal.PlainDate.compare(date, lastDate) <= 0) {
    const midnight = date.toPlainDateTime()
    const { hours, closed } = openHours(date, calendar)
    const next = hours.find(
      ({ until }) => Temporal.PlainDateTime.compare(midnight.add({ minutes: until }), earliest) > 0,
    )
    if (next) {
      const start = midnight.add({ minutes: next.from })
      const open = Temporal.PlainDateTime.compare(start, earliest) < 0 ? earliest : start
      return isInside(open) ? begin.add(local.until(open, { largestUnit: 'hours' })) : undefined
    }
    pass(passed, closed ?? { date, rule: 'outside_window', time: earliest.toPlainTime() })
    date = date.add({ days: 1 })
    earliest = date.toPlainDateTime()
  }
  return undefined
}

/** A day may be looked at twice, before and after a change of its clock; one reason is enough. */
function pass(passed: PassedDay[], day: PassedDay): void {
  if (!passed.at(-1)?.date.equals(day.date)) passed.push(day)
}

/** Says what stood in the way of `asked`; the clock did only where a window would have opened in what it skipped. */
function explain(
  found: Temporal.ZonedDateTime,
  asked: Temporal.Instant,
  calendar: ScheduleCalendar,
  passed: PassedDay[],
): Opening {
  const at = found.toInstant()
  if (at.equals(asked)) return { at, passed: [] }
  const from = asked.toZonedDateTimeISO(found.timeZoneId)
  if (passed.length === 0) pass(passed, { date: from.toPlainDate(), rule: 'outside_window', time: from.toPlainTime() })
  const { before, after } = clockAt(found)
  const midnight = after.toPlainDate().toPlainDateTime()
  const opensNow = openHours(after.toPlainDate(), calendar).hours.some((window) =>
    midnight.add({ minutes: window.from }).equals(after),
  )
  if (opensNow || Temporal.PlainDateTime.compare(before, after) >= 0) return { at, passed }
  return { at, passed, skipped: { from: before.toPlainTime(), until: after.toPlainTime() } }
}

/** Whether the clock went forward at `change` over a whole window of the day that goes on then. */
function opensWhereClockGoesOn(change: Temporal.ZonedDateTime, calendar: ScheduleCalendar): boolean {
  const { before, after } = clockAt(change)
  const midnight = after.toPlainDate().toPlainDateTime()
  return openHours(after.toPlainDate(), calendar).hours.some(
    ({ from, until }) =>
      Temporal.PlainDateTime.compare(midnight.add({ minutes: from }), before) >= 0 &&
      Temporal.PlainDateTime.compare(midnight.add({ minutes: until }), after) <= 0,
  )
}

/** What the clock would have shown at a change without it, and what it shows. */
function clockAt(change: Temporal.ZonedDateTime): { before: Temporal.PlainDateTime; after: Temporal.PlainDateTime } {
  const nanosecond = { nanoseconds: 1 }
  return { before: change.subtract(nanosecond).toPlainDateTime().add(nanosecond), after: change.toPlainDateTime() }
}

/** Whether the clock changes at exactly this moment. */
function isChange(moment: Temporal.ZonedDateTime): boolean {
  return moment.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')?.equals(moment) ?? false
}
