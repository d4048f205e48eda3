import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { createSequence } from '#modules/sequences/create-sequence.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import { SequenceDefinition } from '#shared/contract/sequence.ts'
import { hasSequence, newKey, person, tools, twoMails } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

test('a sequence keeps its calendar, and publishes it', async () => {
  const portal = person(await newPortal(db, clock))
  const calendar = { ...ANY_TIME, windows: [{ weekday: 1, from: '09:00', until: '24:00' }] }
  const published = await hasSequence(deps, portal, { definition: { ...twoMails, calendar } })
  expect(published).toMatchObject({ status: 'active', draft: { calendar } })
})

test.each<[Partial<ScheduleCalendar>, string]>([
  [{ timeZone: 'Berlin' }, 'timeZone'],
  [{ windows: [] }, 'windows'],
  [{ windows: [{ weekday: 1, from: '17:00', until: '09:00' }] }, 'windows.0.until'],
  [{ businessDays: [] }, 'businessDays'],
  [{ holidays: { country: 'XX', region: null } }, 'holidays.country'],
  [{ ownDays: [{ date: '2027-02-30', name: 'Never', everyYear: false }] }, 'ownDays.0.date'],
  [{ ownDays: [{ date: '2027-02-03', name: 'Half a \ud83d', everyYear: false }] }, 'ownDays'],
])('a draft with the calendar %j is refused at its field', async (wrong, field) => {
  const portal = person(await newPortal(db, clock))
  const definition = { ...twoMails, calendar: { ...ANY_TIME, ...wrong } }
  const created = createSequence(deps, portal, { name: 'Wrong', definition, idempotencyKey: newKey() }, tools)
  await expect(created).rejects.toMatchObject({ code: 'invalid_input', field: `definition.calendar.${field}` })
})

const id = 'w'
test.each([
  ['a wait of old', { id, kind: 'wait', amount: 2, unit: 'days' }, true],
  ['business days', { id, kind: 'wait', amount: 2, unit: 'business_days' }, true],
  ['a time of day', { id, kind: 'wait', until: 'time_of_day', time: '09:00' }, true],
  ['no time of day', { id, kind: 'wait', until: 'time_of_day', time: '9 am' }, false],
  ['the close date', { id, kind: 'wait', until: 'deal_date', property: 'closedate', days: -3, time: '09:00' }, true],
  ['a date nobody reads', { id, kind: 'wait', until: 'deal_date', property: 'foo', days: 1, time: '09:00' }, false],
  ['two kinds at once', { id, kind: 'wait', amount: 2, unit: 'days', until: 'time_of_day', time: '09:00' }, false],
])('the contract on %s', (_name, step, valid) => {
  expect(Value.Check(SequenceDefinition, { stopWhenStageLeft: true, steps: [step] })).toBe(valid)
})
