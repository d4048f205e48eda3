import { expect, test } from 'vitest'
import { findClosedDay } from '#modules/schedules/find-closed-day.ts'
import { findHoliday, isKnownCountry, isKnownRegion } from '#modules/schedules/find-holiday.ts'
import { ALWAYS } from './questions.ts'

test.each([
  ['DE', null, '2026-05-25', 'Whit Monday'],
  ['DE', null, '2026-06-04', undefined],
  ['DE', 'BY', '2026-06-04', 'Corpus Christi'],
  ['US', null, '2026-11-26', 'Thanksgiving Day'],
  ['US', null, '2026-11-27', undefined],
  // 4 July 2026 is a Saturday: the Friday before is off too.
  ['US', null, '2026-07-03', 'Independence Day (substitute day)'],
  ['GB', 'SCT', '2026-11-30', 'St Andrew’s Day'],
  ['GB', 'ENG', '2026-11-30', undefined],
  // A feast of four days.
  ['SA', null, '2026-05-26', 'Feast of the Sacrifice (Eid al-Adha)'],
  ['SA', null, '2026-05-29', 'Feast of the Sacrifice (Eid al-Adha)'],
  ['SA', null, '2026-05-30', undefined],
  // Off from noon on, so a business day.
  ['CN', null, '2026-03-08', undefined],
  ['DE', 'XX', '2026-05-25', 'Whit Monday'],
  ['ZZ', null, '2026-01-01', undefined],
  ['DE', null, '9999-01-01', undefined],
])('%s %s on %s: %s', (country, region, date, name) => {
  expect(findHoliday({ country, region }, Temporal.PlainDate.from(date))).toBe(name)
})

test('only real countries and regions are known', () => {
  expect(['DE', 'US', 'GB', 'JP', 'ZZ', 'de', 'constructor', '__proto__'].map(isKnownCountry)).toEqual([
    ...[true, true, true, true],
    ...[false, false, false, false],
  ])
  expect([isKnownRegion('DE', 'BY'), isKnownRegion('DE', 'ZZ'), isKnownRegion('ZZ', 'BY')]).toEqual([
    true,
    false,
    false,
  ])
  expect(isKnownRegion('DE', 'constructor')).toBe(false)
})

test.each([
  ['an own day on its date', '2026-12-24', { rule: 'own_day', name: 'Shutdown' }],
  ['another year', '2027-12-24', undefined],
  ['an own day of every year', '2031-08-01', { rule: 'own_day', name: 'Founding day' }],
  ['a 29 February of every year, in a leap year', '2028-02-29', { rule: 'own_day', name: 'Leap day' }],
  ['its neighbor in other years', '2027-03-01', undefined],
  ['the own day before the holiday', '2026-12-25', { rule: 'own_day', name: 'Company party' }],
  ['the holiday', '2026-12-26', { rule: 'holiday', name: 'Boxing Day' }],
])('%s', (_name, date, closed) => {
  const calendar = {
    ...ALWAYS,
    holidays: { country: 'DE', region: null },
    ownDays: [
      { date: '2026-12-24', name: 'Shutdown', everyYear: false },
      { date: '2026-12-25', name: 'Company party', everyYear: false },
      { date: '2020-08-01', name: 'Founding day', everyYear: true },
      { date: '2024-02-29', name: 'Leap day', everyYear: true },
    ],
  }
  expect(findClosedDay(calendar, Temporal.PlainDate.from(date))).toEqual(closed)
})
