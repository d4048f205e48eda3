import type { ScheduleCalendar } from './contract/schedule.ts'

/**
 * The calendar of a sequence that has none of its own, as all had before there were calendars: mails go out at any time,
 * business days are Monday to Friday. Pure data; cards may use it.
 */
export const ANY_TIME: ScheduleCalendar = {
  timeZone: null,
  windows: null,
  businessDays: [1, 2, 3, 4, 5],
  holidays: null,
  ownDays: [],
}
