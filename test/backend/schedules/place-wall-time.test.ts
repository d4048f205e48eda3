import { expect, test } from 'vitest'
import { placeWallTime } from '#modules/schedules/place-wall-time.ts'

test.each([
  ['an ordinary time', '2026-05-20T09:00', 'Europe/Berlin', '2026-05-20T07:00:00Z', 'once'],
  [
    'a skipped hour begins where the clock goes on',
    '2026-03-29T02:30',
    'Europe/Berlin',
    '2026-03-29T01:00:00Z',
    'skipped',
  ],
  ['the end of a gap exists', '2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00Z', 'once'],
  ['a repeated hour counts the first time', '2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z', 'repeated'],
  ['a skipped midnight', '2026-04-24T00:15', 'Africa/Cairo', '2026-04-23T22:00:00Z', 'skipped'],
  ['a gap of half an hour', '2026-10-04T02:10', 'Australia/Lord_Howe', '2026-10-03T15:30:00Z', 'skipped'],
  ['a gap of two hours', '2026-03-29T01:30', 'Antarctica/Troll', '2026-03-29T01:00:00Z', 'skipped'],
  ['a skipped day', '2011-12-30T12:00', 'Pacific/Apia', '2011-12-30T10:00:00Z', 'skipped'],
  ['a zone without changes', '2026-03-29T02:30', 'UTC', '2026-03-29T02:30:00Z', 'once'],
] as const)('%s', (_name, local, timeZone, at, clock) => {
  const placed = placeWallTime(Temporal.PlainDateTime.from(local), timeZone)
  expect({ at: placed.at.toString(), clock: placed.clock }).toEqual({ at, clock })
})
