import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DueMail, decideLimits } from '#modules/limits/decide-limits.ts'
import { findRoom } from '#modules/limits/find-room.ts'
import { type Counted, type Limit, usageKey } from '#modules/limits/limit.ts'

const START = Temporal.Instant.from('2026-10-24T20:10:00Z')
const ZONE = 'Europe/Berlin'

const anyWindow = fc.oneof(
  fc.constant<Limit['window']>({ kind: 'hour' }),
  fc.constant<Limit['window']>({ kind: 'day' }),
  fc
    .integer({ min: 1, max: 300 })
    .map((minutes): Limit['window'] => ({ kind: 'rolling', span: Temporal.Duration.from({ minutes }) })),
)
const anyLimit = fc.record({
  scope: fc.constantFrom<Limit['scope'][]>('portal', 'sequence', 'contact'),
  max: fc.integer({ min: 1, max: 4 }),
  window: anyWindow,
})
const anyMail = fc.record({ sequence: fc.constantFrom('A', 'B'), contact: fc.constantFrom('x', 'y', 'z') })

interface Sent {
  readonly at: Temporal.Instant
  readonly mail: DueMail
}

/** Sends as the decisions say, and asks again at each moment a mail waits for. */
function sendAll(mails: readonly DueMail[], limits: readonly Limit[]): Sent[] {
  const sent: Sent[] = []
  let waiting = mails.map((mail) => ({ mail, dueAt: START }))
  for (let turns = 0; waiting.length > 0; turns++) {
    if (turns > 500) throw new Error('mails wait without end')
    const now = waiting
      .map(({ dueAt }) => dueAt)
      .reduce((one, other) => (Temporal.Instant.compare(one, other) <= 0 ? one : other))
    const due = waiting.filter(({ dueAt }) => Temporal.Instant.compare(dueAt, now) <= 0)
    const decisions = decideLimits(
      due.map(({ mail }) => mail),
      { limits, usage: usageOf(sent), now, timeZone: ZONE },
    )
    expect(decisions.size).toBe(due.length)
    waiting = waiting.flatMap((each) => {
      const decision = decisions.get(each.mail.id)
      if (!decision) return [each]
      if (decision.kind === 'later') {
        expect(Temporal.Instant.compare(decision.until, now)).toBe(1)
        return [{ mail: each.mail, dueAt: decision.until }]
      }
      sent.push({ at: now, mail: each.mail })
      return []
    })
  }
  return sent
}

function usageOf(sent: readonly Sent[]): Map<string, Counted[]> {
  const usage = new Map<string, Counted[]>()
  for (const { at, mail } of sent) {
    for (const scope of ['portal', 'sequence', 'contact'] as const) {
      const name = usageKey(scope, mail.keys[scope] ?? '')
      usage.set(name, [...(usage.get(name) ?? []), { at, count: 1 }])
    }
  }
  return usage
}

/** The most mails of one key that any window of the limit held. Counted by hand, not by the code under test. */
function mostInOneWindow({ scope, window }: Limit, sent: readonly Sent[]): number {
  const counts = new Map<string, number>()
  for (const end of sent) {
    for (const { at, mail } of sent) {
      if (mail.keys[scope] !== end.mail.keys[scope]) continue
      const age = end.at.since(at).total('minutes')
      const inside =
        window.kind === 'rolling'
          ? age >= 0 && age < window.span.total('minutes')
          : label(at, window.kind) === label(end.at, window.kind)
      if (!inside) continue
      const name = `${end.at} ${end.mail.id}`
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  }
  return Math.max(0, ...counts.values())
}

function label(at: Temporal.Instant, kind: 'hour' | 'day'): string {
  const zoned = at.toZonedDateTimeISO(ZONE)
  return kind === 'day' ? zoned.toPlainDate().toString() : `${zoned.toString().slice(0, 13)}${zoned.offset}`
}

test('whatever the limits, every mail is sent in the end and no window ever holds more than it may', () => {
  fc.assert(
    fc.property(fc.array(anyMail, { maxLength: 25 }), fc.array(anyLimit, { maxLength: 4 }), (given, limits) => {
      const mails = given.map(({ sequence, contact }, index) => ({
        id: String(index),
        sequenceId: sequence,
        keys: { portal: '7', sequence, contact },
      }))
      const sent = sendAll(mails, limits)
      expect(sent.map(({ mail }) => mail.id).toSorted()).toEqual(mails.map(({ id }) => id).toSorted())
      for (const limit of limits) expect(mostInOneWindow(limit, sent)).toBeLessThanOrEqual(limit.max)
    }),
    { numRuns: 200, seed: 20261123 },
  )
})

test.each([
  ['the day the clocks go back has 25 hours', 'day', '2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
  ['the day they go forward has 23', 'day', '2026-03-29T00:30:00Z', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
  ['the hour that comes twice is two hours', 'hour', '2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['some zones begin their hours at half past', 'hour', '2026-11-23T09:10:00Z', 'Asia/Kolkata', '2026-11-23T09:30:00Z'],
  [
    'a day may begin at one: midnight was left out',
    'day',
    '2026-09-05T12:00:00Z',
    'America/Santiago',
    '2026-09-06T04:00:00Z',
  ],
] as const)('%s', (_what, kind, moment, zone, expected) => {
  const from = Temporal.Instant.from(moment)
  const limit: Limit = { scope: 'portal', max: 1, window: { kind } }
  expect(findRoom(limit, [{ at: from, count: 1 }], from, zone).toString()).toBe(expected)
})
