import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import { findClosedDay } from './find-closed-day.ts'
import type { PassedDay } from './passed-day.ts'

/** From `from` until just before `until`, in minutes since 00:00 on the wall clock. */
export interface OpenHours {
  readonly from: number
  readonly until: number
}

/** When a day is open, in order; or the rule that keeps it closed. A window that does not end after it begins never opens. Pure. */
export function openHours(
  date: Temporal.PlainDate,
  calendar: ScheduleCalendar,
): { readonly hours: readonly OpenHours[]; readonly closed?: PassedDay } {
  const hours =
    calendar.windows === null
      ? [{ from: 0, until: 1440 }]
      : calendar.windows
          .filter(({ weekday }) => weekday === date.dayOfWeek)
          .map(({ from, until }) => ({ from: minutesOf(from), until: minutesOf(until) }))
          .filter(({ from, until }) => from < until)
          .sort((a, b) => a.from - b.from)
  if (hours.length === 0) return { hours, closed: { date, rule: 'no_window' } }
  const closed = findClosedDay(calendar, date)
  return closed ? { hours: [], closed: { date, ...closed } } : { hours }
}

/** `HH:MM` as minutes since 00:00; `24:00` is 1440. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
}
