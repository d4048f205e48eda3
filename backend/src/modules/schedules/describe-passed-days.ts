import type { AppliedRule } from '#shared/contract/schedule.ts'
import { describeDate, describeTime } from './describe-date.ts'
import type { PassedDay } from './passed-day.ts'

interface Group {
  readonly first: PassedDay
  last: PassedDay
  size: number
}

/** The rules that passed over these days, in order; neighboring days with the same reason share a sentence. Pure. */
export function describePassedDays(days: readonly PassedDay[]): AppliedRule[] {
  const groups: Group[] = []
  for (const day of days) {
    const group = groups.at(-1)
    if (group && group.first.rule === day.rule && group.first.name === day.name) {
      group.last = day
      group.size++
    } else groups.push({ first: day, last: day, size: 1 })
  }
  return groups.map((group) => ({ rule: group.first.rule, sentence: sentenceOf(group) }))
}

function sentenceOf(group: Group): string {
  const day = group.first
  const several = group.size > 1
  const span = describeSpan(group)
  switch (day.rule) {
    case 'not_business_day':
      return `${span} ${several ? 'are no business days' : 'is no business day'}.`
    case 'holiday':
      return `${span} ${several ? 'are holidays' : 'is a holiday'} (${day.name}).`
    case 'own_day':
      return `${span} ${several ? 'are days off' : 'is a day off'} (${day.name}).`
    case 'no_window':
      return `${span} ${several ? 'have' : 'has'} no sending window.`
    case 'outside_window':
      return `${span}${day.time ? `, ${describeTime(day.time)}` : ''} is outside the sending windows.`
  }
}

function describeSpan({ first, last, size }: Group): string {
  if (size === 1) return describeDate(first.date)
  return `${describeDate(first.date)} ${size === 2 ? 'and' : 'to'} ${describeDate(last.date)}`
}
