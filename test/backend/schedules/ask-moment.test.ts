import { expect, test } from 'vitest'
import { planMoment } from '#modules/schedules/plan-moment.ts'
import type { ScheduleCalendar, StepTiming } from '#shared/contract/schedule.ts'
import { ALWAYS, mailReached } from './questions.ts'

const BERLIN = 'Europe/Berlin'
const BAVARIA: ScheduleCalendar = { ...ALWAYS, holidays: { country: 'DE', region: 'BY' } }
const wait = (amount: number, unit: 'minutes' | 'hours' | 'days' | 'business_days'): StepTiming => ({
  kind: 'wait',
  amount,
  unit,
})
const until = (time: string): StepTiming => ({ kind: 'time_of_day', time })

/** 2026: Thu 14 May is Ascension Day, Mon 25 May Whit Monday. The clock skips 02:00 on 29 March, repeats it on 25 October. */
test.each<[string, StepTiming, string, string, string]>([
  ['at once', { kind: 'at_once' }, '2026-05-20T10:05:30', '2026-05-20T10:05:30+02:00', 'at_once'],
  ['20 minutes', wait(20, 'minutes'), '2026-05-20T23:50', '2026-05-21T00:10:00+02:00', 'wait_minutes'],
  [
    '2 hours over a skipped one are exact time',
    wait(2, 'hours'),
    '2026-03-29T01:30',
    '2026-03-29T04:30:00+02:00',
    'wait_hours',
  ],
  [
    '1 day over a clock change keeps the time',
    wait(1, 'days'),
    '2026-03-28T09:00',
    '2026-03-29T09:00:00+02:00',
    'wait_days',
  ],
  ['1 day into a skipped hour', wait(1, 'days'), '2026-03-28T02:30', '2026-03-29T03:00:00+02:00', 'clock_skipped'],
  ['1 day into a repeated hour', wait(1, 'days'), '2026-10-24T02:30', '2026-10-25T02:30:00+02:00', 'clock_repeated'],
  ['0 days', wait(0, 'days'), '2026-05-20T10:00', '2026-05-20T10:00:00+02:00', 'wait_days'],
  ['1 business day', wait(1, 'business_days'), '2026-05-20T15:00', '2026-05-21T15:00:00+02:00', 'wait_business_days'],
  [
    '1 business day over a weekend',
    wait(1, 'business_days'),
    '2026-05-15T15:00',
    '2026-05-18T15:00:00+02:00',
    'not_business_day',
  ],
  [
    '1 business day over a weekend and a holiday',
    wait(1, 'business_days'),
    '2026-05-22T15:00',
    '2026-05-26T15:00:00+02:00',
    'holiday',
  ],
  [
    '1 business day from a Saturday',
    wait(1, 'business_days'),
    '2026-05-16T15:00',
    '2026-05-18T15:00:00+02:00',
    'not_business_day',
  ],
  [
    '0 business days on a holiday',
    wait(0, 'business_days'),
    '2026-05-14T15:00',
    '2026-05-15T15:00:00+02:00',
    'holiday',
  ],
  [
    '0 business days on one',
    wait(0, 'business_days'),
    '2026-05-15T15:00',
    '2026-05-15T15:00:00+02:00',
    'wait_business_days',
  ],
  ['until a time still to come', until('09:00'), '2026-05-20T08:59:59', '2026-05-20T09:00:00+02:00', 'time_of_day'],
  ['until a time that is now', until('09:00'), '2026-05-20T09:00', '2026-05-20T09:00:00+02:00', 'time_of_day'],
  ['until a time that is over', until('09:00'), '2026-05-20T09:00:01', '2026-05-21T09:00:00+02:00', 'time_of_day'],
  ['until a skipped time', until('02:30'), '2026-03-29T01:00', '2026-03-29T03:00:00+02:00', 'clock_skipped'],
  ['until a skipped time that is over', until('02:30'), '2026-03-29T03:01', '2026-03-30T02:30:00+02:00', 'time_of_day'],
  ['until a repeated time', until('02:30'), '2026-10-25T01:00', '2026-10-25T02:30:00+02:00', 'clock_repeated'],
])('%s', (_name, timing, reached, at, decidedBy) => {
  const planned = planMoment({ ...mailReached(reached, BERLIN, BAVARIA, timing), sends: false })
  if (planned.outcome === 'refused') throw new Error(planned.why)
  expect({ at: planned.at.toString({ timeZone: BERLIN }), decidedBy: planned.decidedBy }).toEqual({ at, decidedBy })
})

test('a wait of no days in the second of two equal hours does not end in the first', () => {
  const reachedAt = Temporal.Instant.from('2026-10-25T02:30+01:00')
  const question = { ...mailReached('2026-10-25T00:00', BERLIN, ALWAYS, wait(0, 'days')), reachedAt }
  expect(planMoment(question)).toMatchObject({ at: reachedAt, decidedBy: 'wait_days' })
})

const beforeClose: StepTiming = { kind: 'deal_date', property: 'closedate', days: -3, time: '09:00' }
const closing = (value: Temporal.PlainDate | Temporal.Instant | null) => ({ label: 'Close date', value })

test.each([
  ['a day', Temporal.PlainDate.from('2026-08-31'), '2026-08-28T09:00:00+02:00', 'deal_date'],
  // 22:30 UTC is the next day in Berlin.
  ['a moment', Temporal.Instant.from('2026-08-30T22:30Z'), '2026-08-28T09:00:00+02:00', 'deal_date'],
  [
    'a day whose moment is over',
    Temporal.PlainDate.from('2026-05-22'),
    '2026-05-20T10:00:00+02:00',
    'deal_date_passed',
  ],
  [
    'a day whose moment is today',
    Temporal.PlainDate.from('2026-05-23'),
    '2026-05-20T10:00:00+02:00',
    'deal_date_passed',
  ],
])('3 days before a close date that is %s', (_name, value, at, decidedBy) => {
  const planned = planMoment({
    ...mailReached('2026-05-20T10:00', BERLIN, ALWAYS, beforeClose),
    dealDate: closing(value),
  })
  if (planned.outcome === 'refused') throw new Error(planned.why)
  expect({ at: planned.at.toString({ timeZone: BERLIN }), decidedBy: planned.decidedBy }).toEqual({ at, decidedBy })
})

test.each([
  ['is empty', closing(null), 'deal_date_missing', 'The deal has no "Close date". Fill it in on the deal.'],
  ['was not read', null, 'deal_date_missing', 'The deal has no "closedate". Fill it in on the deal.'],
  [
    'is a placeholder',
    closing(Temporal.PlainDate.from('9999-12-31')),
    'deal_date_unusable',
    'The deal\'s "Close date" is in the year 9999. Correct it on the deal.',
  ],
])('a date of the deal that %s is a refusal', (_name, dealDate, reason, why) => {
  const question = { ...mailReached('2026-05-20T10:00', BERLIN, ALWAYS, beforeClose), dealDate }
  expect(planMoment(question)).toEqual({ outcome: 'refused', reason, why })
})

test('a calendar without business days is a refusal', () => {
  const question = mailReached('2026-05-20T10:00', BERLIN, { ...ALWAYS, businessDays: [] }, wait(1, 'business_days'))
  expect(planMoment(question)).toEqual({
    outcome: 'refused',
    reason: 'no_business_day',
    why: 'No business day comes for 400 days. Check the business days, holidays and days off.',
  })
})
