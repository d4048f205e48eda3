import { expect, test } from 'vitest'
import { readRetryAfter } from '#hubspot/retry-after.ts'

const NOW = Temporal.Instant.from('2026-11-30T12:00:00Z')

test.each([
  ['seconds', '30', 30_000],
  ['a date', 'Mon, 30 Nov 2026 12:01:00 GMT', 60_000],
  ['a date that is over', 'Mon, 30 Nov 2026 11:00:00 GMT', 0],
  ['months, which would keep the account out for good', '9999999', 86_400_000],
  ['a date in months', 'Mon, 29 Mar 2027 12:00:00 GMT', 86_400_000],
  ['no number', 'soon', undefined],
  ['nothing', '', undefined],
])('Retry-After: %s', (_what, value, ms) => {
  expect(readRetryAfter({ 'retry-after': value }, NOW)).toBe(ms)
})
