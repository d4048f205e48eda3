import type { OwnDay, ScheduleCalendar, SendWindow } from '#shared/contract/schedule.ts'
import { isKnownCountry, isKnownRegion } from './find-holiday.ts'
import { minutesOf } from './open-hours.ts'
import { readZone } from './read-zone.ts'

/** What is wrong with a setting, and where: `windows.2.until`, counted from 0. Sentences count from 1. */
export interface CalendarProblem {
  readonly field: string
  readonly sentence: string
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** What the schema cannot say about a calendar; empty when it can be used. Pure. */
export function checkCalendar(calendar: ScheduleCalendar): CalendarProblem[] {
  return [
    ...checkZone(calendar.timeZone),
    ...checkWindows(calendar.windows),
    ...checkBusinessDays(calendar.businessDays),
    ...checkHolidays(calendar.holidays),
    ...checkOwnDays(calendar.ownDays),
  ]
}

function checkZone(timeZone: string | null): CalendarProblem[] {
  if (timeZone === null || readZone(timeZone)) return []
  return [{ field: 'timeZone', sentence: `"${timeZone}" is no known time zone. Choose one such as Europe/Berlin.` }]
}

function checkWindows(windows: readonly SendWindow[] | null): CalendarProblem[] {
  if (windows === null) return []
  if (windows.length === 0) {
    return [{ field: 'windows', sentence: 'Add a sending window, or allow mails at any time.' }]
  }
  return windows.flatMap((window, index) => {
    const name = `Window ${index + 1} (${WEEKDAYS[window.weekday - 1]} ${window.from}–${window.until})`
    if (minutesOf(window.until) <= minutesOf(window.from)) {
      const sentence = `${name} does not end after it begins. A window cannot cross midnight: make two of it.`
      return [{ field: `windows.${index}.until`, sentence }]
    }
    const other = windows.findIndex((earlier, position) => position < index && overlap(earlier, window))
    if (other === -1) return []
    return [{ field: `windows.${index}.from`, sentence: `${name} overlaps window ${other + 1}. Change one of them.` }]
  })
}

function overlap(a: SendWindow, b: SendWindow): boolean {
  return a.weekday === b.weekday && minutesOf(a.from) < minutesOf(b.until) && minutesOf(b.from) < minutesOf(a.until)
}

function checkBusinessDays(businessDays: readonly number[]): CalendarProblem[] {
  if (businessDays.length > 0) return []
  return [{ field: 'businessDays', sentence: 'Choose at least one business day.' }]
}

function checkHolidays(holidays: ScheduleCalendar['holidays']): CalendarProblem[] {
  if (holidays === null) return []
  const { country, region } = holidays
  if (!isKnownCountry(country)) {
    const sentence = `The holidays of "${country}" are not known. Choose another country, or add the days yourself.`
    return [{ field: 'holidays.country', sentence }]
  }
  if (region === null || isKnownRegion(country, region)) return []
  const sentence = `The region "${region}" of ${country} is not known. Choose another one, or none.`
  return [{ field: 'holidays.region', sentence }]
}

function checkOwnDays(days: readonly OwnDay[]): CalendarProblem[] {
  return days.flatMap(({ date, name }, index) => {
    if (!isDate(date)) {
      const sentence = `Day off ${index + 1} (${name}): ${date} is not in the calendar. Correct it.`
      return [{ field: `ownDays.${index}.date`, sentence }]
    }
    const other = days.findIndex((earlier, position) => position < index && earlier.date === date)
    if (other === -1) return []
    const sentence = `Day off ${index + 1} (${name}) is the same day as day off ${other + 1}. Remove one of them.`
    return [{ field: `ownDays.${index}.date`, sentence }]
  })
}

function isDate(text: string): boolean {
  try {
    Temporal.PlainDate.from(text)
    return true
  } catch {
    return false
  }
}
