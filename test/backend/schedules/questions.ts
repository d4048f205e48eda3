import type { ScheduleQuestion } from '#modules/schedules/plan-moment.ts'
import type { ScheduleCalendar, SendWindow, StepTiming } from '#shared/contract/schedule.ts'

/** Mondays to Fridays, nine to five, no holidays. */
export const OFFICE_HOURS: ScheduleCalendar = {
  timeZone: null,
  windows: weekdays('09:00', '17:00'),
  businessDays: [1, 2, 3, 4, 5],
  holidays: null,
  ownDays: [],
}

/** Open at every moment. */
export const ALWAYS: ScheduleCalendar = { ...OFFICE_HOURS, windows: null }

/** One window on each of Monday to Friday. */
export function weekdays(from: string, until: string): SendWindow[] {
  return everyDay(from, until).slice(0, 5)
}

/** One window on each day of the week. */
export function everyDay(from: string, until: string): SendWindow[] {
  return [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from, until }))
}

/** A mail that is reached at `local` in the contact's zone. */
export function mailReached(
  local: string,
  timeZone: string,
  calendar: ScheduleCalendar,
  timing: StepTiming = { kind: 'at_once' },
): ScheduleQuestion {
  return {
    timing,
    calendar,
    zone: { timeZone, source: 'contact', notes: [] },
    reachedAt: Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).toInstant(),
    dealDate: null,
    sends: true,
  }
}
