import { expect, test } from 'vitest'
import { afterOutage, afterRefusal } from '#modules/steps/backoff.ts'
import { describeMoment } from '#modules/steps/describe-moment.ts'
import { addressFault } from '#modules/steps/outcome-of-send.ts'

const NOW = Temporal.Instant.from('2026-11-23T09:00:00Z')
const minutesUntil = (moment: Temporal.Instant) => moment.since(NOW).total('minutes')

test('each refusal waits longer than the one before, and the jitter adds at most a quarter', () => {
  const plain = [1, 2, 3, 4, 5, 6].map((attempt) => minutesUntil(afterRefusal(NOW, attempt, () => 0)))
  expect(plain).toEqual([1, 5, 30, 120, 360, 360])
  expect(minutesUntil(afterRefusal(NOW, 3, () => 0.999_999))).toBeCloseTo(37.5, 1)
})

test('an outage is asked about every minute at first and every half hour in the end, later when told so', () => {
  const since = (minutes: number) => NOW.subtract({ minutes })
  expect([0, 1, 10, 60, 6000].map((age) => minutesUntil(afterOutage(NOW, since(age), () => 0)))).toEqual([
    1, 1, 5, 30, 30,
  ])
  expect(minutesUntil(afterOutage(NOW, NOW, () => 0, 600_000))).toBe(10)
  expect(minutesUntil(afterOutage(NOW, NOW, () => 0, 86_400_000))).toBe(30)
  // A clock that was set back must not plan into the past.
  expect(minutesUntil(afterOutage(NOW, NOW.add({ hours: 1 }), () => 0))).toBe(1)
})

test('a moment is told in the portal’s time zone, or in UTC when that is unknown', () => {
  expect(describeMoment(NOW, 'America/New_York')).toBe('2026-11-23 04:00 (America/New_York)')
  for (const zone of [null, '', 'Mars/Olympus']) expect(describeMoment(NOW, zone)).toBe('2026-11-23 09:00 (UTC)')
})

test.each([
  ['550 5.1.1 unknown user', 550, 'certain'],
  ['550-5.1.1 the account does not exist', 550, 'certain'],
  ['553 5.1.3 bad syntax', 553, 'certain'],
  ['550 5.1.10 null MX', 550, 'certain'],
  ['550 5.1.6 moved', 550, 'likely'],
  ['550 no such user here', 550, 'likely'],
  ['551 user not local', 551, 'likely'],
  ['550 5.1.8 bad sender', 550, 'none'],
  ['552 5.2.2 mailbox full', 552, 'none'],
  ['550 5.2.1 disabled', 550, 'none'],
  ['550 5.7.1 blocked', 550, 'none'],
  ['550 5.7.515 authentication', 550, 'none'],
  ['554 rejected', 554, 'none'],
] as const)('“%s” to the recipient blames the address: %#', (response, code, fault) => {
  const refused = { kind: 'refused' as const, permanent: true, code, response }
  expect(addressFault({ ...refused, atRecipient: true })).toBe(fault)
  expect(addressFault({ ...refused, atRecipient: false })).toBe('none')
})
