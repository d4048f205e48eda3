import { expect, test } from 'vitest'
import { askAboutLateMails } from '#modules/late-mails/ask-about-late-mails.ts'
import { isStillSensible, type Lateness } from '#modules/limits/is-still-sensible.ts'

const NOW = Temporal.Instant.from('2026-11-23T09:00:00Z')
const ago = (hours: number) => NOW.subtract({ hours })
const planned = (hours: number, more: Partial<Lateness> = {}): Lateness => ({
  plannedFor: ago(hours),
  waitedUntil: null,
  approvedAt: null,
  ...more,
})

test.each<[string, Lateness, boolean]>([
  ['due now', planned(0), true],
  ['due later', planned(-5), true],
  ['a moment less than a day late', { ...planned(0), plannedFor: ago(24).add({ seconds: 1 }) }, true],
  ['a day late', planned(24), false],
  ['three days late after an outage', planned(72), false],
  ['three days after its time, but a limit let it go an hour ago', planned(72, { waitedUntil: ago(1) }), true],
  ['a limit that ended before its time does not count', planned(1, { waitedUntil: ago(90) }), true],
  ['late even for its limit', planned(90, { waitedUntil: ago(48) }), false],
  ['approved by a person', planned(72, { approvedAt: ago(2) }), true],
  ['approved, and late again after another outage', planned(172, { approvedAt: ago(25) }), false],
  ['a reminder that makes sense for an hour', planned(2, { sensibleFor: Temporal.Duration.from({ hours: 1 }) }), false],
  ['a step that makes sense for a week', planned(100, { sensibleFor: Temporal.Duration.from({ hours: 168 }) }), true],
])('%s', (_what, step, expected) => {
  expect(isStillSensible(step, NOW)).toBe(expected)
})

test.each([
  [0, null],
  [1, '1 mail is too late to be sent on its own. Approve it or skip it.'],
  [2, '2 mails are too late to be sent on their own. Approve or skip them.'],
])('%i late mails are asked about with their count', (count, question) => {
  expect(askAboutLateMails(count)).toBe(question)
})
