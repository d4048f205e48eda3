import { expect, test } from 'vitest'
import { readZone } from '#modules/schedules/read-zone.ts'
import { resolveZone } from '#modules/schedules/resolve-zone.ts'

const NONE = { sequence: null, contact: null, owner: null, portal: null }

test.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['europe/berlin', 'Europe/Berlin'],
  [' Europe/Berlin ', 'Europe/Berlin'],
  ['america_slash_new_york', 'America/New_York'],
  ['america_slash_port_hyphen_au_hyphen_prince', 'America/Port-au-Prince'],
  ['america_slash_north_dakota_slash_new_salem', 'America/North_Dakota/New_Salem'],
  ['us_slash_eastern', 'US/Eastern'],
  ['Etc/GMT+5', 'Etc/GMT+5'],
  ['utc', 'UTC'],
  ['', undefined],
  ['+02:00', undefined],
  ['Mars/Olympus_Mons', undefined],
  ['us_slash_pacific_hyphen_new', undefined],
  ['2026-01-01T00:00[Europe/Berlin]', undefined],
  ['Europe/Berlin[u-ca=hebrew]', undefined],
  ['Europe/Berlin\n', 'Europe/Berlin'],
  ['Europe/\nBerlin', undefined],
  ['constructor', undefined],
])('the zone %j is read as %j', (text, zone) => {
  expect(readZone(text)).toBe(zone)
})

test.each([
  [
    'the sequence first',
    { sequence: 'UTC', contact: 'Asia/Tokyo', owner: 'Europe/Rome', portal: 'US/Eastern' },
    'UTC',
    'sequence',
  ],
  [
    'the contact',
    { ...NONE, contact: 'Asia/Tokyo', owner: 'Europe/Rome', portal: 'US/Eastern' },
    'Asia/Tokyo',
    'contact',
  ],
  ['the owner', { ...NONE, contact: ' ', owner: 'Europe/Rome', portal: 'US/Eastern' }, 'Europe/Rome', 'owner'],
  ['the account', { ...NONE, portal: 'US/Eastern' }, 'US/Eastern', 'portal'],
  ['UTC when nobody names one', NONE, 'UTC', 'utc'],
] as const)('%s', (_name, candidates, timeZone, source) => {
  expect(resolveZone(candidates)).toEqual({ timeZone, source, notes: [] })
})

test('a name that is not known is passed over with a note', () => {
  const resolved = resolveZone({ ...NONE, contact: 'Mars/Base', owner: '+02:00', portal: 'europe_slash_berlin' })
  expect(resolved).toEqual({
    timeZone: 'Europe/Berlin',
    source: 'portal',
    notes: [
      'The contact\'s time zone "Mars/Base" is not known, so it is not used.',
      'The owner\'s time zone "+02:00" is not known, so it is not used.',
    ],
  })
})

test('a very long name is shortened in the note', () => {
  const { notes, source } = resolveZone({ ...NONE, portal: 'x'.repeat(10_000) })
  expect(source).toBe('utc')
  expect(notes[0]).toBe(`The account's time zone "${'x'.repeat(40)}…" is not known, so it is not used.`)
})
