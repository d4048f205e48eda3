import { expect, test } from 'vitest'
import { nextLook } from '#modules/hubspot-tasks/next-look.ts'

const NOW = Temporal.Instant.from('2026-11-23T09:00:00Z')
const minutesUntil = (looks: number, timesOutAt: Temporal.Instant | null = null) =>
  nextLook(NOW, looks, timesOutAt).since(NOW).total('minutes')

test('a task is looked at often in the first hour, then every quarter of an hour for a day, then hourly', () => {
  expect([0, 11, 12, 103, 104, 5_000].map((looks) => minutesUntil(looks))).toEqual([5, 5, 15, 15, 60, 60])
  const firstHour = Array.from({ length: 12 }, (_, looks) => minutesUntil(looks)).reduce((sum, each) => sum + each)
  const firstDay = Array.from({ length: 104 }, (_, looks) => minutesUntil(looks)).reduce((sum, each) => sum + each)
  expect([firstHour, firstDay]).toEqual([60, 24 * 60])
})

test('and at the moment when its time is up', () => {
  expect(minutesUntil(500, NOW.add({ minutes: 7 }))).toBe(7)
  expect(minutesUntil(0, NOW.add({ hours: 7 }))).toBe(5)
})
