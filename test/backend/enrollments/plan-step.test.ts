import { expect, test } from 'vitest'
import { forecastSteps } from '#modules/enrollments/forecast-steps.ts'
import { type PlanFacts, planStep, type StepPlan } from '#modules/enrollments/plan-step.ts'
import { readDealDate } from '#modules/enrollments/read-deal-date.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { WaitStep } from '#shared/contract/sequence.ts'

const OFFICE: ScheduleCalendar = {
  ...ANY_TIME,
  windows: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', until: '17:00' })),
}
const BERLIN: PlanFacts = {
  contactTimeZone: null,
  ownerTimeZone: null,
  portalTimeZone: 'Europe/Berlin',
  closeDate: null,
}
const mail = { id: 'mail', kind: 'email' as const }
const span = (amount: number, unit: 'minutes' | 'hours' | 'days' | 'business_days'): WaitStep => ({
  id: 'wait',
  kind: 'wait',
  amount,
  unit,
})
const until = (time: string): WaitStep => ({ id: 'wait', kind: 'wait', until: 'time_of_day', time })
const closeDate = (days: number): WaitStep => ({
  ...{ id: 'wait', kind: 'wait', until: 'deal_date', property: 'closedate', time: '09:00' },
  days,
})

/** The clock of Berlin goes forward on Sunday 28 March 2027; Friday 26 and Monday 29 are Easter holidays there. */
test.each<[string, WaitStep | typeof mail, ScheduleCalendar | null, string, Partial<PlanFacts>, string]>([
  ['an e-mail of an old version, which has no calendar', mail, null, '2027-03-27T22:10Z', {}, '2027-03-27T22:10Z'],
  ['an e-mail in its window', mail, OFFICE, '2027-03-25T10:00Z', {}, '2027-03-25T10:00Z'],
  ['an e-mail after hours, over the change of the clock', mail, OFFICE, '2027-03-26T16:00Z', {}, '2027-03-29T07:00Z'],
  [
    'an e-mail on a holiday',
    mail,
    { ...OFFICE, holidays: { country: 'DE', region: null } },
    '2027-03-26T09:00Z',
    {},
    '2027-03-30T07:00Z',
  ],
  ['hours over the change', span(72, 'hours'), null, '2027-03-26T16:00Z', {}, '2027-03-29T16:00Z'],
  ['days over the change', span(3, 'days'), null, '2027-03-26T16:00Z', {}, '2027-03-29T15:00Z'],
  [
    'business days over holidays and the change',
    span(1, 'business_days'),
    { ...ANY_TIME, holidays: { country: 'DE', region: null } },
    '2027-03-25T16:30Z',
    {},
    '2027-03-30T15:30Z',
  ],
  ['a wait ends at night', span(30, 'minutes'), OFFICE, '2027-03-26T22:00Z', {}, '2027-03-26T22:30Z'],
  ['a time of day that is over', until('08:00'), null, '2027-03-27T10:00Z', {}, '2027-03-28T06:00Z'],
  [
    'three days before the close date',
    closeDate(-3),
    null,
    '2027-03-01T10:00Z',
    { closeDate: '2027-03-31T12:00:00Z' },
    '2027-03-28T07:00Z',
  ],
  [
    'a close date that is over',
    closeDate(-3),
    null,
    '2027-03-30T10:00Z',
    { closeDate: '2027-03-31' },
    '2027-03-30T10:00Z',
  ],
  [
    'the contact’s clock, as HubSpot spells it',
    mail,
    OFFICE,
    '2027-03-25T10:00Z',
    { contactTimeZone: 'america_slash_new_york' },
    '2027-03-25T13:00Z',
  ],
  [
    'the owner’s clock for a contact without one',
    mail,
    OFFICE,
    '2027-03-25T10:00Z',
    { ownerTimeZone: 'america_slash_new_york' },
    '2027-03-25T13:00Z',
  ],
  [
    'the contact’s clock before the owner’s',
    mail,
    OFFICE,
    '2027-03-25T10:00Z',
    { contactTimeZone: 'asia_slash_tokyo', ownerTimeZone: 'america_slash_new_york' },
    '2027-03-26T00:00Z',
  ],
  [
    'the owner’s clock for a contact whose own is nowhere',
    mail,
    OFFICE,
    '2027-03-25T10:00Z',
    { contactTimeZone: 'middle_earth', ownerTimeZone: 'America/New_York' },
    '2027-03-25T13:00Z',
  ],
  [
    'the account’s clock where the owner’s is nowhere',
    mail,
    OFFICE,
    '2027-03-25T10:00Z',
    { ownerTimeZone: 'mars' },
    '2027-03-25T10:00Z',
  ],
  [
    'the sequence’s clock before the contact’s',
    mail,
    { ...OFFICE, timeZone: 'Asia/Tokyo' },
    '2027-03-25T10:00Z',
    { contactTimeZone: 'america_slash_new_york' },
    '2027-03-26T00:00Z',
  ],
])('%s', (_name, step, calendar, at, facts, expected) => {
  const definition: StepPlan = { steps: [step], calendar }
  const planned = planStep({ definition, position: 0, at: Temporal.Instant.from(at), facts: { ...BERLIN, ...facts } })
  expect(planned).toMatchObject({ status: 'scheduled', position: 0, kind: step.kind })
  expect(planned?.dueAt.toString()).toBe(Temporal.Instant.from(expected).toString())
})

const NOW = Temporal.Instant.from('2027-03-25T10:00Z')
const plan = (step: WaitStep | typeof mail, given: { calendar?: ScheduleCalendar; facts?: Partial<PlanFacts> } = {}) =>
  planStep({
    definition: { steps: [step], calendar: given.calendar },
    position: 0,
    at: NOW,
    facts: { ...BERLIN, ...given.facts },
  })

test('the sentence names the moment, whose clock it is and every rule', () => {
  expect(
    planStep({
      definition: { steps: [mail], calendar: OFFICE },
      position: 0,
      at: NOW.add({ hours: 30 }),
      facts: BERLIN,
    })?.why,
  ).toBe(
    "Mon 29 Mar 2027, 09:00 (Europe/Berlin, the account's time zone). Due as soon as the step is reached. Fri 26 Mar, 17:00 is outside the sending windows. Sat 27 Mar and Sun 28 Mar have no sending window.",
  )
})

test('a time zone nobody knows is passed over, and the sentence says so', () => {
  expect(plan(mail, { facts: { contactTimeZone: 'middle_earth' } })?.why).toContain(
    'The contact\'s time zone "middle_earth" is not known, so it is not used.',
  )
})

test.each([
  ['no close date', closeDate(-3), {}, { closeDate: null }, 'The deal has no "Close date". Fill it in on the deal.'],
  ['a close date that cannot be read', closeDate(1), {}, { closeDate: 'soon' }, 'The deal has no "Close date".'],
  ['a placeholder', closeDate(1), {}, { closeDate: '9999-12-31' }, 'is in the year 9999. Correct it on the deal.'],
  ['no business day', span(2, 'business_days'), { calendar: { ...ANY_TIME, businessDays: [] } }, {}, 'No business day'],
  ['a calendar that never opens', mail, { calendar: { ...ANY_TIME, windows: [] } }, {}, 'No sending window opens'],
])('%s holds the step with its sentence', (_name, step, given, facts, sentence) => {
  const planned = plan(step, { ...given, facts })
  expect(planned).toMatchObject({ status: 'held', dueAt: NOW })
  expect(planned?.why).toContain(sentence)
})

test('what was left of a wait counts instead of the whole', () => {
  const definition = { steps: [span(5, 'business_days')] }
  const planned = planStep({ definition, position: 0, at: NOW, facts: BERLIN, remaining: 90 * 60_000 })
  expect(planned?.dueAt.toString()).toBe('2027-03-25T11:30:00Z')
  expect(planned?.why).toContain('Waits the remaining 1 hour 30 minutes.')
})

test('past the last step there is nothing to plan', () => {
  expect(planStep({ definition: { steps: [mail] }, position: 1, at: NOW, facts: BERLIN })).toBeUndefined()
})

test('a forecast goes from step to step and ends with the first that would be held', () => {
  const steps = [span(1, 'days'), mail, span(2, 'days'), mail, closeDate(-3), mail]
  const forecast = forecastSteps({ steps, calendar: OFFICE }, { position: 0, dueAt: NOW.add({ hours: 24 }) }, BERLIN)
  expect(forecast.map(({ kind, status, dueAt }) => `${kind} ${status} ${dueAt}`)).toEqual([
    'email scheduled 2027-03-26T10:00:00Z',
    'wait scheduled 2027-03-28T09:00:00Z',
    'email scheduled 2027-03-29T07:00:00Z',
    'wait held 2027-03-29T07:00:00Z',
  ])
})

test.each([
  ['2026-12-31', '2026-12-31'],
  ['2026-12-31T17:00:00Z', '2026-12-31T17:00:00Z'],
  ['1798736400000', '2026-12-31T17:00:00Z'],
  ['2026-02-30', undefined],
  ['', undefined],
  [null, undefined],
])('HubSpot’s date %j is read', (text, expected) => {
  expect(readDealDate(text)?.toString()).toBe(expected)
})

test('a wait of which nothing is left is over', () => {
  const planned = planStep({
    definition: { steps: [span(5, 'days')] },
    position: 0,
    at: NOW,
    facts: BERLIN,
    remaining: 0,
  })
  expect(planned?.dueAt).toEqual(NOW)
})
