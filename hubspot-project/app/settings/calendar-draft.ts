import { ANY_TIME } from '@stagecue/shared/any-time.ts'
import type { OwnDay, ScheduleCalendar, SendWindow } from '@stagecue/shared/contract/schedule.ts'
import type { SequenceDefinition } from '@stagecue/shared/contract/sequence.ts'

/** 1 is Monday, as in the contract. */
export const WEEKDAY_OPTIONS = [
  { value: 1, label: 'Monday' },
  { value: 2, label: 'Tuesday' },
  { value: 3, label: 'Wednesday' },
  { value: 4, label: 'Thursday' },
  { value: 5, label: 'Friday' },
  { value: 6, label: 'Saturday' },
  { value: 7, label: 'Sunday' },
]

/** Days with the same hours: one line of the editor. */
export interface Hours {
  readonly days: readonly number[]
  readonly from: string
  readonly until: string
}

const OFFICE_HOURS: Hours = { days: [1, 2, 3, 4, 5], from: '09:00', until: '17:00' }

export function calendarOf(definition: SequenceDefinition): ScheduleCalendar {
  return definition.calendar ?? ANY_TIME
}

/** Windows with the same hours together, in the order of their first window. */
export function hoursOf(windows: readonly SendWindow[]): Hours[] {
  const groups = new Map<string, { days: number[]; from: string; until: string }>()
  for (const { weekday, from, until } of windows) {
    const key = `${from}-${until}`
    const group = groups.get(key) ?? { days: [], from, until }
    group.days.push(weekday)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** Lines of hours as windows. A line without a day has none, so it is gone. */
export function windowsOf(hours: readonly Hours[]): SendWindow[] {
  return hours.flatMap(({ days, from, until }) => days.map((weekday) => ({ weekday, from, until })))
}

export function officeHours(): SendWindow[] {
  return windowsOf([OFFICE_HOURS])
}

/** Hours for the first weekday without any, Saturday first; in a full week an evening. Nothing when all have both. */
export function addHours(windows: readonly SendWindow[]): SendWindow[] {
  const free = [6, 7, 1, 2, 3, 4, 5].find((day) => windows.every(({ weekday }) => weekday !== day))
  if (free !== undefined) return [...windows, { weekday: free, from: '10:00', until: '14:00' }]
  const evening = { from: '18:00', until: '20:00' }
  const day = WEEKDAY_OPTIONS.find(
    ({ value }) => !windows.some(({ weekday, until }) => weekday === value && until > evening.from),
  )
  return day ? [...windows, { weekday: day.value, ...evening }] : [...windows]
}

/** Half hours of a day; what is chosen already stays a choice. `24:00` is offered as an end only. */
export function timeOptions(current: string, end: boolean): { value: string; label: string }[] {
  const times: string[] = []
  for (let half = 0; half < 48; half++) {
    times.push(`${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 === 0 ? '00' : '30'}`)
  }
  if (end) times.push('24:00')
  if (!times.includes(current)) times.push(current)
  return times.sort().map((time) => ({ value: time, label: time }))
}

/** A `YYYY-MM-DD` as HubSpot's date field takes it, whose months begin at 0. */
export function toFieldDate(date: string): { year: number; month: number; date: number } {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  return { year, month: month - 1, date: day }
}

export function fromFieldDate({ year, month, date }: { year: number; month: number; date: number }): string {
  const pad = (number: number, length: number) => String(number).padStart(length, '0')
  return `${pad(year, 4)}-${pad(month + 1, 2)}-${pad(date, 2)}`
}

export function changeDay(days: readonly OwnDay[], index: number, patch: Partial<OwnDay>): OwnDay[] {
  return days.map((day, position) => (position === index ? { ...day, ...patch } : day))
}

/** What keeps the calendar from being saved, as sentences; the server looks closer. */
export function calendarProblems(calendar: ScheduleCalendar): string[] {
  const problems: string[] = []
  if (calendar.windows?.length === 0) problems.push('Add sending hours, or let e-mails go out at any time.')
  for (const { from, until } of hoursOf(calendar.windows ?? [])) {
    if (until <= from) problems.push(`The sending hours from ${from} to ${until} do not end after they begin.`)
  }
  if (calendar.businessDays.length === 0) problems.push('Choose at least one business day.')
  for (const [index, day] of calendar.ownDays.entries()) {
    if (day.name.trim() === '') problems.push(`Day off ${index + 1} has no name.`)
  }
  return problems
}
