import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planMoment, type ScheduleQuestion } from '#modules/schedules/plan-moment.ts'
import type { ScheduleCalendar, StepTiming } from '#shared/contract/schedule.ts'
import { countBusinessDays, isOpen } from './judge.ts'
import { intlClock, read, type WallClock, zdumpChanges, zdumpClock } from './wall-clocks.ts'

const QUARTER = 15 * 60_000
const DAY = 96 * QUARTER
const zones = zdumpChanges()

/** Windows begin and end on quarters of an hour, as every offset since 2024 does: so it suffices to judge quarters. */
const windows = fc.array(
  fc
    .record({ weekday: fc.integer({ min: 1, max: 7 }), from: fc.nat(95), length: fc.integer({ min: 1, max: 40 }) })
    .map(({ weekday, from, length }) => ({
      weekday,
      from: clockTime(from),
      until: clockTime(Math.min(96, from + length)),
    })),
  { minLength: 1, maxLength: 10 },
)

const timing: fc.Arbitrary<StepTiming> = fc.oneof(
  fc.constant({ kind: 'at_once' } as const),
  fc.record({
    kind: fc.constant('wait' as const),
    amount: fc.nat(12),
    unit: fc.constantFrom('minutes' as const, 'hours' as const, 'days' as const, 'business_days' as const),
  }),
  fc.record({ kind: fc.constant('time_of_day' as const), time: fc.nat(95).map(clockTime) }),
  fc.record({
    kind: fc.constant('deal_date' as const),
    property: fc.constant('closedate'),
    days: fc.integer({ min: -4, max: 4 }),
    time: fc.nat(95).map(clockTime),
  }),
)

/** A step that is reached within three days of `around`, with days off in the two weeks from there. */
function questionNear(zone: string, around: number): fc.Arbitrary<ScheduleQuestion> {
  const calendar: fc.Arbitrary<ScheduleCalendar> = fc.record({
    timeZone: fc.constant(null),
    windows: fc.option(windows, { freq: 10 }),
    businessDays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    holidays: fc.constantFrom(null, { country: 'DE', region: 'BY' }, { country: 'US', region: null }),
    ownDays: fc.array(
      fc.record({
        date: fc.nat(16).map((day) => new Date(around + (day - 3) * DAY).toISOString().slice(0, 10)),
        name: fc.constant('Day off'),
        everyYear: fc.boolean(),
      }),
      { maxLength: 6 },
    ),
  })
  const reached = fc.oneof(fc.integer({ min: -3 * 86_400, max: 3 * 86_400 }), fc.constantFrom(-86_400, -1, 0, 1))
  return fc.record({ calendar, timing, reached, sends: fc.constant(true) }).map(({ reached, ...rest }) => ({
    ...rest,
    zone: { timeZone: zone, source: 'contact', notes: [] },
    reachedAt: Temporal.Instant.fromEpochMilliseconds(around + reached * 1000),
    dealDate: { label: 'Close date', value: Temporal.Instant.fromEpochMilliseconds(around) },
  }))
}

/** Everything that must hold of an answer; `clock` is the judge. Looks back over at most `days` days of closed time. */
function judge(question: ScheduleQuestion, clock: WallClock, days: number): void {
  const planned = planMoment(question)
  expect(planMoment(question)).toEqual(planned)
  const asked = planMoment({ ...question, sends: false })
  if (asked.outcome === 'refused') throw new Error(asked.why)
  const from = asked.at.epochMilliseconds
  expect(from).toBeGreaterThanOrEqual(question.reachedAt.epochMilliseconds)
  judgeWait(question, from, clock)
  const open = (ms: number) => isOpen(clock, ms, question.calendar)
  if (planned.outcome === 'refused') {
    expect(planned.reason).toBe('never_opens')
    expect(openQuarters(from, from + days * DAY, open)).toEqual([])
    return
  }
  const at = planned.at.epochMilliseconds
  expect(at).toBeGreaterThanOrEqual(from)
  expect(open(at)).toBe(true)
  // Nothing before it was open.
  if (at > from) expect([open(from), ...openQuarters(Math.max(from, at - days * DAY), at, open)]).toEqual([false])
  const last = planned.rules.at(-1)
  expect(planned.decidedBy).toBe(last?.rule)
  expect(planned.why).toContain(last?.sentence)
  expect(planned.rules.slice(0, asked.rules.length)).toEqual(asked.rules)
  expect(planned.rules.length > asked.rules.length).toBe(at > from)
}

/** A wait of days ends at the time it began, on the wall; or just where the clock went on, or it was over at once. */
function judgeWait({ timing, reachedAt, calendar }: ScheduleQuestion, at: number, clock: WallClock): void {
  const reached = reachedAt.epochMilliseconds
  const begun = read(clock, reached)
  const ended = read(clock, at)
  const skipped = clock.offsetAt(at) > clock.offsetAt(at - 1)
  if (timing.kind === 'at_once') expect(at).toBe(reached)
  if (timing.kind === 'deal_date') expect(at === reached || ended.time === parseTime(timing.time) || skipped).toBe(true)
  if (timing.kind === 'time_of_day') expect(ended.time === parseTime(timing.time) || skipped).toBe(true)
  if (timing.kind !== 'wait') return
  if (timing.unit === 'minutes') expect(at - reached).toBe(timing.amount * 60_000)
  if (timing.unit === 'hours') expect(at - reached).toBe(timing.amount * 3_600_000)
  if (timing.unit === 'days' && !skipped) {
    expect(ended.time).toBe(begun.time)
    expect(ended.midnight - begun.midnight).toBe(timing.amount * DAY)
  }
  if (timing.unit !== 'business_days') return
  expect(ended.time === begun.time || skipped).toBe(true)
  if (timing.amount > 0 && !skipped) {
    expect(countBusinessDays(begun.midnight, ended.midnight, calendar)).toBe(timing.amount)
  }
}

function openQuarters(from: number, until: number, open: (ms: number) => boolean): number[] {
  const found: number[] = []
  for (let ms = Math.ceil(from / QUARTER) * QUARTER; ms < until; ms += QUARTER) if (open(ms)) found.push(ms)
  return found
}

function clockTime(quarter: number): string {
  return `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`
}

function parseTime(text: string): number {
  return Date.parse(`1970-01-01T${text}Z`)
}

test('the corpus and the runtime agree on every change that is used', () => {
  const compared = [...zones].flatMap(([zone, changes]) =>
    changes.map(({ ms, before, after }) => {
      const clock = intlClock(zone)
      return { zone, ms, same: clock.offsetAt(ms) === after && clock.offsetAt(ms - 1000) === before }
    }),
  )
  expect(compared.length).toBeGreaterThan(250)
  expect(compared.filter(({ same }) => !same)).toEqual([])
})

test('around every clock change that zdump printed, a mail goes out in the first open moment', () => {
  for (const [zone, changes] of zones) {
    const clock = zdumpClock(zone, changes)
    for (const { ms } of changes) {
      fc.assert(
        fc.property(questionNear(zone, ms), (question) => judge(question, clock, 9)),
        { numRuns: 4 },
      )
    }
  }
})

test('in every zone of the world, a mail goes out in the first open moment', () => {
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const clock = intlClock(zone)
    const start = Temporal.Instant.from('2026-01-15T12:00Z').toZonedDateTimeISO(zone)
    const around = (start.getTimeZoneTransition('next') ?? start).epochMilliseconds
    fc.assert(
      fc.property(questionNear(zone, around), (question) => judge(question, clock, 1)),
      { numRuns: 2 },
    )
  }
})
