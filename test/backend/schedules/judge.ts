import { findHoliday } from '#modules/schedules/find-holiday.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import { dateText, read, type WallClock } from './wall-clocks.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE

/**
 * Whether mails may go at a moment by the written rules alone: the wall clock shows a time inside a window of a day that is
 * not off, or the clock has just gone forward over a whole window of that day.
 */
export function isOpen(clock: WallClock, ms: number, calendar: ScheduleCalendar): boolean {
  const { midnight, weekday, time } = read(clock, ms)
  const windows = windowsOn(weekday, calendar)
  if (windows.some(({ from, until }) => from <= time && time < until)) return !isOff(midnight, calendar)
  if (windows.every(({ until }) => until > time)) return false
  const skipped = (clock.offsetAt(ms) - clock.offsetAt(ms - 1)) * 1000
  // `from` is on this day: a window of the day before does not move over midnight.
  const whole = windows.some(({ from, until }) => from >= time - skipped && until <= time)
  return skipped > 0 && whole && !isOff(midnight, calendar)
}

function windowsOn(weekday: number, { windows }: ScheduleCalendar): { from: number; until: number }[] {
  if (windows === null) return [{ from: 0, until: DAY }]
  return windows
    .filter((window) => window.weekday === weekday)
    .map(({ from, until }) => ({ from: parse(from), until: parse(until) }))
}

/** The business days after one day up to another; days as their midnights. */
export function countBusinessDays(after: number, until: number, calendar: ScheduleCalendar): number {
  let count = 0
  for (let midnight = after + DAY; midnight <= until; midnight += DAY) {
    const weekday = new Date(midnight).getUTCDay() || 7
    if (calendar.businessDays.includes(weekday) && !isOff(midnight, calendar)) count++
  }
  return count
}

/** The names of holidays are data: they have a table of their own, and are taken as they are here. */
function isOff(midnight: number, { ownDays, holidays }: ScheduleCalendar): boolean {
  const date = dateText(midnight)
  if (holidays && findHoliday(holidays, Temporal.PlainDate.from(date)) !== undefined) return true
  return ownDays.some((day) => (day.everyYear ? day.date.slice(5) === date.slice(5) : day.date === date))
}

function parse(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return (hours * 60 + minutes) * MINUTE
}
