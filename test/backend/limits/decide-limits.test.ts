import { expect, test } from 'vitest'
import { type DueMail, decideLimits, type LimitFacts } from '#modules/limits/decide-limits.ts'
import { type Counted, type Limit, type LimitScope, usageKey } from '#modules/limits/limit.ts'

const NOW = Temporal.Instant.from('2026-11-23T13:20:00Z')
const at = (time: string) => Temporal.Instant.from(`2026-11-23T${time}Z`)
const rolling = (span: Temporal.DurationLike) => ({ kind: 'rolling' as const, span: Temporal.Duration.from(span) })
const limit = (scope: LimitScope, max: number, window: Limit['window']): Limit => ({ scope, max, window })

function mail(id: string, keys: DueMail['keys'] = {}): DueMail {
  return { id, sequenceId: keys.sequence ?? 'S', keys: { portal: '7', mailbox: 'sales@a.example', ...keys } }
}

/** What became of each mail: "now", or the time of day it waits for. */
function decide(mails: readonly DueMail[], limits: readonly Limit[], usage: Record<string, Counted[]> = {}) {
  return outcomes(decideLimits(mails, { limits, usage: new Map(Object.entries(usage)), now: NOW, timeZone: 'UTC' }))
}

function outcomes(decisions: ReturnType<typeof decideLimits>): Record<string, string> {
  return Object.fromEntries(
    [...decisions].map(([id, decision]) => [
      id,
      decision.kind === 'now' ? 'now' : decision.until.toString().slice(11, 16),
    ]),
  )
}

const mailbox = usageKey('mailbox', 'sales@a.example')
const trio = [mail('a'), mail('b'), mail('c')]
const WINDOWS: [string, Limit, Counted[], Record<string, string>][] = [
  [
    'without a mail sent, as many as fit go',
    limit('mailbox', 2, { kind: 'hour' }),
    [],
    { a: 'now', b: 'now', c: '14:00' },
  ],
  [
    'in an hour that is full, all wait for the next, and what does not fit there for the one after',
    limit('mailbox', 2, { kind: 'hour' }),
    [{ at: at('13:01:00'), count: 2 }],
    { a: '14:00', b: '14:00', c: '15:00' },
  ],
  [
    'the hour before does not count',
    limit('mailbox', 3, { kind: 'hour' }),
    [{ at: at('12:59:59'), count: 9 }],
    { a: 'now', b: 'now', c: 'now' },
  ],
  [
    'a day is full until midnight',
    limit('mailbox', 5, { kind: 'day' }),
    [{ at: at('00:00:00'), count: 5 }],
    { a: '00:00', b: '00:00', c: '00:00' },
  ],
  [
    'a rolling window frees a place when its oldest mail leaves',
    limit('mailbox', 2, rolling({ hours: 1 })),
    [
      { at: at('12:30:00'), count: 1 },
      { at: at('12:40:00'), count: 1 },
    ],
    { a: '13:30', b: '13:40', c: '14:30' },
  ],
  [
    'mails counted in any order',
    limit('mailbox', 1, rolling({ hours: 1 })),
    [
      { at: at('13:10:00'), count: 1 },
      { at: at('12:50:00'), count: 1 },
    ],
    { a: '14:10', b: '15:10', c: '16:10' },
  ],
  [
    'a spacing is one mail in a rolling window',
    limit('mailbox', 1, rolling({ minutes: 10 })),
    [],
    { a: 'now', b: '13:30', c: '13:40' },
  ],
  [
    'a mail exactly one window ago is out',
    limit('mailbox', 3, rolling({ minutes: 20 })),
    [{ at: at('13:00:00'), count: 3 }],
    { a: 'now', b: 'now', c: 'now' },
  ],
  [
    'a limit of a scope the mails do not have counts nobody',
    limit('contact', 1, { kind: 'day' }),
    [],
    { a: 'now', b: 'now', c: 'now' },
  ],
]

test.each(WINDOWS)('%s', (_what, given, counted, expected) => {
  expect(decide(trio, [given], { [mailbox]: counted })).toEqual(expected)
})

test('without limits everything goes, and without mails nothing is decided', () => {
  expect(decide(trio, [])).toEqual({ a: 'now', b: 'now', c: 'now' })
  expect(decide([], [limit('portal', 1, { kind: 'day' })])).toEqual({})
})

test('each key has its own count', () => {
  const mails = [mail('a', { contact: 'ada' }), mail('b', { contact: 'ada' }), mail('c', { contact: 'grace' })]
  expect(decide(mails, [limit('contact', 1, rolling({ hours: 24 }))])).toEqual({ a: 'now', b: '13:20', c: 'now' })
})

test('a mail waits for the last of its limits, and takes no place of the others before', () => {
  const mails = [mail('a', { contact: 'ada' }), mail('b')]
  const usage = { [usageKey('contact', 'ada')]: [{ at: at('12:50:00'), count: 1 }] }
  const limits = [limit('contact', 1, rolling({ hours: 1 })), limit('portal', 1, { kind: 'hour' })]
  expect(decide(mails, limits, usage)).toEqual({ a: '13:50', b: 'now' })
})

test('a limit that has room now but not at the later moment another one asks for is asked again', () => {
  const usage = {
    [usageKey('contact', 'ada')]: [{ at: at('13:05:00'), count: 1 }],
    [usageKey('portal', '7')]: [{ at: at('14:02:00'), count: 1 }],
  }
  const limits = [limit('portal', 1, { kind: 'hour' }), limit('contact', 1, rolling({ hours: 1 }))]
  expect(decide([mail('a', { contact: 'ada' })], limits, usage)).toEqual({ a: '15:00' })
})

test('sequences take turns at what room there is, and within one the order stays', () => {
  const many = Array.from({ length: 6 }, (_, index) => mail(`m${index}`, { sequence: 'many' }))
  const mails = [...many, mail('f0', { sequence: 'few' }), mail('f1', { sequence: 'few' })]
  const decided = decide(mails, [limit('portal', 4, { kind: 'hour' })])
  const now = Object.keys(decided).filter((id) => decided[id] === 'now')
  expect(now).toEqual(['m0', 'f0', 'm1', 'f1'])
})

test('the sequence that was served longest ago begins', () => {
  const mails = [mail('a', { sequence: 'A' }), mail('b', { sequence: 'B' }), mail('c', { sequence: 'C' })]
  const usage = {
    [usageKey('sequence', 'A')]: [{ at: at('13:19:00'), count: 1 }],
    [usageKey('sequence', 'B')]: [{ at: at('13:10:00'), count: 40 }],
  }
  const one = limit('portal', 1, { kind: 'hour' })
  expect(decide(mails, [one], usage)).toEqual({ a: '15:00', b: '14:00', c: 'now' })
})

test('the same facts give the same answer, and are not changed', () => {
  const counted = [{ at: at('13:01:00'), count: 1 }]
  const facts: LimitFacts = {
    limits: [limit('mailbox', 2, { kind: 'hour' })],
    usage: new Map([[mailbox, counted]]),
    now: NOW,
    timeZone: null,
  }
  expect(decideLimits(trio, facts)).toEqual(decideLimits(trio, facts))
  expect(counted).toHaveLength(1)
})

test.each([
  [limit('mailbox', 50, { kind: 'hour' }), 50, 'Waits until 2026-11-23 19:00 (Asia/Kolkata): 50 mails an hour from m.'],
  [
    limit('portal', 1, { kind: 'day' }),
    1,
    'Waits until 2026-11-24 00:00 (Asia/Kolkata): 1 mail a day from this HubSpot account.',
  ],
  [
    limit('sequence', 200, rolling({ hours: 24 })),
    200,
    'Waits until 2026-11-24 18:40 (Asia/Kolkata): 200 mails in 1 day from this sequence.',
  ],
  [
    limit('contact', 1, rolling({ minutes: 90 })),
    1,
    'Waits until 2026-11-23 20:10 (Asia/Kolkata): 1 mail in 1 hour 30 minutes to this contact.',
  ],
  [
    limit('recipient_domain', 3, rolling({ hours: 1 })),
    3,
    'Waits until 2026-11-23 19:40 (Asia/Kolkata): 3 mails in 1 hour to addresses at b.example.',
  ],
  [
    limit('sending_domain', 3, rolling({ hours: 1 })),
    3,
    'Waits until 2026-11-23 19:40 (Asia/Kolkata): 3 mails in 1 hour from a.example.',
  ],
  [
    limit('company_in_deal', 1, rolling({ minutes: 15 })),
    1,
    'Waits until 2026-11-23 18:55 (Asia/Kolkata): 1 mail in 15 minutes to this company in this deal.',
  ],
])('the sentence names the moment and the limit: %#', (given, count, sentence) => {
  const keys = {
    mailbox: 'm',
    portal: '7',
    sequence: 'S',
    contact: 'c',
    recipient_domain: 'b.example',
    sending_domain: 'a.example',
    company_in_deal: '9 b.example',
  }
  const sent = at('13:10:00')
  const usage = new Map(
    Object.entries(keys).map(([scope, key]) => [usageKey(scope as LimitScope, key), [{ at: sent, count }]]),
  )
  const decided = decideLimits([{ id: 'a', sequenceId: 'S', keys }], {
    limits: [given],
    usage,
    now: NOW,
    timeZone: 'Asia/Kolkata',
  })
  expect(decided.get('a')).toMatchObject({ kind: 'later', why: sentence })
})

test('a limit that would drop mails is refused', () => {
  for (const max of [0, -1, 1.5, Number.NaN])
    expect(() => decide(trio, [limit('portal', max, { kind: 'day' })])).toThrow(/from 1 on/)
  expect(() => decide(trio, [limit('portal', 1, rolling({ minutes: 0 }))])).toThrow(/needs a time/)
})
