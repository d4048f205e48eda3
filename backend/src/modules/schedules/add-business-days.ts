import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import { findClosedDay } from './find-closed-day.ts'
import { type PassedDay, SEARCH_DAYS } from './passed-day.ts'

export interface BusinessDay {
  readonly date: Temporal.PlainDate
  /** The days that did not count, in order. */
  readonly passed: readonly PassedDay[]
}

/**
 * The `amount`-th business day after `from`; with 0 the first business day from `from` on. A business day is a chosen weekday
 * that is neither a holiday nor an own day. `undefined` when none comes for 400 days. Pure.
 */
export function addBusinessDays(
  from: Temporal.PlainDate,
  amount: number,
  calendar: ScheduleCalendar,
): BusinessDay | undefined {
  const passed: PassedDay[] = []
  let counted = 0
  let closedInARow = 0
  let date = amount === 0 ? from : from.add({ days: 1 })
  for (;;) {
    const closed = closedOn(date, calendar)
    if (closed) {
      passed.push(closed)
      closedInARow++
      if (closedInARow > SEARCH_DAYS) return undefined
    } else {
      closedInARow = 0
      counted++
      if (counted >= amount) return { date, passed }
    }
    date = date.add({ days: 1 })
  }
}

function closedOn(date: Temporal.PlainDate, calendar: ScheduleCalendar): PassedDay | undefined {
  if (!calendar.businessDays.includes(date.dayOfWeek)) return { date, rule: 'not_business_day' }
  const closed = findClosedDay(calendar, date)
  return closed && { date, ...closed }
}
