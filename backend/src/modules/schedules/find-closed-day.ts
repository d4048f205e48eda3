import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import { findHoliday } from './find-holiday.ts'

/** Why nothing goes out on a day, whatever the windows say. */
export interface ClosedDay {
  readonly rule: 'holiday' | 'own_day'
  readonly name: string
}

/** The portal's own day or the public holiday on `date`, or `undefined`. A 29 February of every year is in leap years only. Pure. */
export function findClosedDay(calendar: ScheduleCalendar, date: Temporal.PlainDate): ClosedDay | undefined {
  const text = date.toString()
  const own = calendar.ownDays.find((day) =>
    day.everyYear ? text.slice(-5) === day.date.slice(-5) : text === day.date,
  )
  if (own) return { rule: 'own_day', name: own.name }
  const holiday = calendar.holidays ? findHoliday(calendar.holidays, date) : undefined
  return holiday === undefined ? undefined : { rule: 'holiday', name: holiday }
}
