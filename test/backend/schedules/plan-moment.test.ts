import { expect, test } from 'vitest'
import { planMoment } from '#modules/schedules/plan-moment.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import { ALWAYS, everyDay, mailReached, OFFICE_HOURS, weekdays } from './questions.ts'

const NIGHT: ScheduleCalendar = { ...ALWAYS, windows: everyDay('02:00', '02:30') }
const LUNCH: ScheduleCalendar = { ...ALWAYS, windows: [...weekdays('13:00', '17:00'), ...weekdays('09:00', '12:00')] }
const BAVARIA: ScheduleCalendar = { ...OFFICE_HOURS, holidays: { country: 'DE', region: 'BY' } }
const EVENING: ScheduleCalendar = { ...ALWAYS, windows: everyDay('23:00', '24:00') }

/** 2026: 20 May is a Wednesday, 25 May Whit Monday. */
test.each<[string, ScheduleCalendar, string, string, string, string]>([
  ['inside a window', OFFICE_HOURS, 'Europe/Berlin', '2026-05-20T10:00', '2026-05-20T10:00:00+02:00', 'at_once'],
  ['as a window opens', OFFICE_HOURS, 'Europe/Berlin', '2026-05-20T09:00', '2026-05-20T09:00:00+02:00', 'at_once'],
  ['before a window', OFFICE_HOURS, 'Europe/Berlin', '2026-05-20T07:00', '2026-05-20T09:00:00+02:00', 'outside_window'],
  [
    'as a window closes',
    OFFICE_HOURS,
    'Europe/Berlin',
    '2026-05-20T17:00',
    '2026-05-21T09:00:00+02:00',
    'outside_window',
  ],
  ['between two windows', LUNCH, 'Europe/Berlin', '2026-05-20T12:00', '2026-05-20T13:00:00+02:00', 'outside_window'],
  ['over a weekend', OFFICE_HOURS, 'Europe/Berlin', '2026-05-15T17:00', '2026-05-18T09:00:00+02:00', 'no_window'],
  ['over a long weekend', BAVARIA, 'Europe/Berlin', '2026-05-22T17:00', '2026-05-26T09:00:00+02:00', 'holiday'],
  [
    'a holiday at any time',
    { ...BAVARIA, windows: null },
    'Europe/Berlin',
    '2026-05-25T10:00',
    '2026-05-26T00:00:00+02:00',
    'holiday',
  ],
  ['until midnight', EVENING, 'Europe/Berlin', '2026-05-20T23:59', '2026-05-20T23:59:00+02:00', 'at_once'],
  // The clock skips 02:00 to 03:00.
  [
    'a window that the clock skips',
    NIGHT,
    'Europe/Berlin',
    '2026-03-29T01:00',
    '2026-03-29T03:00:00+02:00',
    'clock_skipped',
  ],
  [
    'after a window that the clock skipped',
    NIGHT,
    'Europe/Berlin',
    '2026-03-29T03:01',
    '2026-03-30T02:00:00+02:00',
    'outside_window',
  ],
  [
    'asked for where the clock goes on',
    NIGHT,
    'Europe/Berlin',
    '2026-03-29T03:00',
    '2026-03-29T03:00:00+02:00',
    'at_once',
  ],
  [
    'a window that begins while the clock skips',
    { ...ALWAYS, windows: everyDay('02:30', '04:00') },
    'Europe/Berlin',
    '2026-03-29T01:00',
    '2026-03-29T03:00:00+02:00',
    'clock_skipped',
  ],
  [
    'a window that begins where the clock goes on',
    { ...ALWAYS, windows: everyDay('03:00', '04:00') },
    'Europe/Berlin',
    '2026-03-29T01:00',
    '2026-03-29T03:00:00+02:00',
    'outside_window',
  ],
  [
    'a window that ends while the clock skips',
    { ...ALWAYS, windows: everyDay('01:00', '02:30') },
    'Europe/Berlin',
    '2026-03-29T03:00',
    '2026-03-30T01:00:00+02:00',
    'outside_window',
  ],
  // The clock shows 02:00 to 03:00 twice.
  [
    'a window that the clock repeats',
    NIGHT,
    'Europe/Berlin',
    '2026-10-25T01:00',
    '2026-10-25T02:00:00+02:00',
    'outside_window',
  ],
  ['its second time', NIGHT, 'Europe/Berlin', '2026-10-25T02:40', '2026-10-25T02:00:00+01:00', 'outside_window'],
  // On Sat 30 March 2024 the clock of Nuuk goes from 23:00 to 24:00.
  [
    'a window that goes with a skipped midnight',
    EVENING,
    'America/Nuuk',
    '2024-03-30T22:00',
    '2024-03-31T23:00:00-01:00',
    'outside_window',
  ],
  // 30 December 2011 does not exist on Samoa.
  [
    'a day that does not exist',
    OFFICE_HOURS,
    'Pacific/Apia',
    '2011-12-29T18:00',
    '2012-01-02T09:00:00+14:00',
    'no_window',
  ],
])('%s', (_name, calendar, timeZone, reached, at, decidedBy) => {
  const planned = planMoment(mailReached(reached, timeZone, calendar))
  if (planned.outcome === 'refused') throw new Error(planned.why)
  expect({ at: planned.at.toString({ timeZone }), decidedBy: planned.decidedBy }).toEqual({ at, decidedBy })
})

test.each([
  [
    'a mail at once',
    mailReached('2026-05-20T10:05', 'Europe/Berlin', OFFICE_HOURS),
    "Wed 20 May 2026, 10:05 (Europe/Berlin, the contact's time zone). Due as soon as the step is reached.",
  ],
  [
    'a long weekend',
    mailReached('2026-05-21T18:30', 'Europe/Berlin', BAVARIA, { kind: 'wait', amount: 1, unit: 'days' }),
    "Tue 26 May 2026, 09:00 (Europe/Berlin, the contact's time zone). Waits 1 day, to the same time of day. " +
      'Fri 22 May, 18:30 is outside the sending windows. Sat 23 May and Sun 24 May have no sending window. ' +
      'Mon 25 May is a holiday (Whit Monday).',
  ],
  [
    'a skipped window',
    mailReached('2026-03-29T01:00', 'Europe/Berlin', NIGHT),
    "Sun 29 Mar 2026, 03:00 (Europe/Berlin, the contact's time zone). Due as soon as the step is reached. " +
      'Sun 29 Mar, 01:00 is outside the sending windows. The clock skips 02:00 to 03:00 that day; sending begins after it.',
  ],
])('the sentences of %s', (_name, question, why) => {
  expect(planMoment(question)).toMatchObject({ why })
})

test('the zone is named with where it comes from', () => {
  const question = mailReached('2026-05-20T10:05', 'UTC', ALWAYS)
  const planned = planMoment({ ...question, zone: { timeZone: 'UTC', source: 'utc', notes: [] } })
  expect(planned.why).toContain('(UTC, no time zone is known)')
})

test('a row of many closed days keeps its rules but shows the first and the last', () => {
  const ownDays = Array.from({ length: 20 }, (_, index) => ({
    date: Temporal.PlainDate.from('2026-05-20').add({ days: index }).toString(),
    name: `Day ${index + 1}`,
    everyYear: false,
  }))
  const planned = planMoment(mailReached('2026-05-20T10:00', 'UTC', { ...ALWAYS, ownDays }))
  if (planned.outcome === 'refused') throw new Error(planned.why)
  expect(planned.rules).toHaveLength(21)
  expect(planned.why).toBe(
    "Tue 9 Jun 2026, 00:00 (UTC, the contact's time zone). Due as soon as the step is reached. " +
      'Wed 20 May is a day off (Day 1). Thu 21 May is a day off (Day 2). 15 more reasons lie between. ' +
      'Sat 6 Jun is a day off (Day 18). Sun 7 Jun is a day off (Day 19). Mon 8 Jun is a day off (Day 20).',
  )
})

test.each([
  ['has no window', { ...ALWAYS, windows: [] }],
  ['has only windows that end before they begin', { ...ALWAYS, windows: everyDay('17:00', '09:00') }],
  [
    'has its only window on days off',
    {
      ...ALWAYS,
      windows: [{ weekday: 3, from: '09:00', until: '17:00' }],
      ownDays: Array.from({ length: 60 }, (_, week) => ({
        date: Temporal.PlainDate.from('2026-05-20').add({ weeks: week }).toString(),
        name: 'Off',
        everyYear: false,
      })),
    },
  ],
])('a calendar that %s is a refusal, not a loop', (_name, calendar) => {
  expect(planMoment(mailReached('2026-05-20T10:00', 'America/New_York', calendar))).toEqual({
    outcome: 'refused',
    reason: 'never_opens',
    why: 'No sending window opens for 400 days. Check the sending windows, holidays and days off.',
  })
})

test('a wait that sends nothing ends outside the windows too', () => {
  const question = mailReached('2026-05-23T03:00', 'Europe/Berlin', { ...OFFICE_HOURS, windows: [] })
  expect(planMoment({ ...question, sends: false })).toMatchObject({ at: question.reachedAt, decidedBy: 'at_once' })
})
