import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { checkCalendar } from '#modules/schedules/check-calendar.ts'
import { ScheduleCalendar, StepTiming } from '#shared/contract/schedule.ts'
import { ALWAYS, OFFICE_HOURS } from './questions.ts'

const GOOD: ScheduleCalendar = {
  timeZone: 'Europe/Berlin',
  windows: [
    { weekday: 1, from: '09:00', until: '12:00' },
    { weekday: 1, from: '12:00', until: '17:00' },
    { weekday: 2, from: '09:00', until: '24:00' },
  ],
  businessDays: [1, 2, 3, 4, 5],
  holidays: { country: 'DE', region: 'BY' },
  ownDays: [{ date: '2028-02-29', name: 'Leap day', everyYear: true }],
}

test.each([GOOD, ALWAYS, OFFICE_HOURS])('a calendar that can be used has no problems', (calendar) => {
  expect(checkCalendar(calendar)).toEqual([])
  expect(Compile(ScheduleCalendar).Check(calendar)).toBe(true)
})

test.each<[string, Partial<ScheduleCalendar>, string, string]>([
  [
    'an unknown zone',
    { timeZone: 'Mars/Base' },
    'timeZone',
    '"Mars/Base" is no known time zone. Choose one such as Europe/Berlin.',
  ],
  ['no window at all', { windows: [] }, 'windows', 'Add a sending window, or allow mails at any time.'],
  [
    'a window over midnight',
    { windows: [{ weekday: 5, from: '22:00', until: '02:00' }] },
    'windows.0.until',
    'Window 1 (Friday 22:00–02:00) does not end after it begins. A window cannot cross midnight: make two of it.',
  ],
  [
    'an empty window',
    { windows: [{ weekday: 7, from: '09:00', until: '09:00' }] },
    'windows.0.until',
    'Window 1 (Sunday 09:00–09:00) does not end after it begins. A window cannot cross midnight: make two of it.',
  ],
  [
    'two windows over each other',
    { windows: [...(GOOD.windows ?? []), { weekday: 1, from: '11:00', until: '13:00' }] },
    'windows.3.from',
    'Window 4 (Monday 11:00–13:00) overlaps window 1. Change one of them.',
  ],
  ['no business day', { businessDays: [] }, 'businessDays', 'Choose at least one business day.'],
  [
    'an unknown country',
    { holidays: { country: 'ZZ', region: null } },
    'holidays.country',
    'The holidays of "ZZ" are not known. Choose another country, or add the days yourself.',
  ],
  [
    'an unknown region',
    { holidays: { country: 'DE', region: 'XX' } },
    'holidays.region',
    'The region "XX" of DE is not known. Choose another one, or none.',
  ],
  [
    'a day that does not exist',
    { ownDays: [{ date: '2026-02-30', name: 'Party', everyYear: false }] },
    'ownDays.0.date',
    'Day off 1 (Party): 2026-02-30 is not in the calendar. Correct it.',
  ],
  [
    'a day twice',
    { ownDays: [...GOOD.ownDays, { date: '2028-02-29', name: 'Again', everyYear: false }] },
    'ownDays.1.date',
    'Day off 2 (Again) is the same day as day off 1. Remove one of them.',
  ],
])('%s is refused with a sentence', (_name, change, field, sentence) => {
  const calendar = { ...GOOD, ...change }
  expect(Compile(ScheduleCalendar).Check(calendar)).toBe(true)
  expect(checkCalendar(calendar)).toEqual([{ field, sentence }])
})

test.each<[string, unknown, boolean]>([
  ['a wait', { kind: 'wait', amount: 2, unit: 'business_days' }, true],
  ['a wait that is negative', { kind: 'wait', amount: -1, unit: 'days' }, false],
  ['a wait of weeks', { kind: 'wait', amount: 1, unit: 'weeks' }, false],
  ['a time of day', { kind: 'time_of_day', time: '09:00' }, true],
  ['the end of a day as a time', { kind: 'time_of_day', time: '24:00' }, false],
  ['a time with seconds', { kind: 'time_of_day', time: '09:00:00' }, false],
  ['a date of the deal', { kind: 'deal_date', property: 'closedate', days: -3, time: '09:00' }, true],
  ['a date of the deal without a time', { kind: 'deal_date', property: 'closedate', days: -3 }, false],
])('the contract judges %s', (_name, timing, valid) => {
  expect(Compile(StepTiming).Check(timing)).toBe(valid)
})
