import { expect, test } from 'vitest'
import { stopAndResume } from '#test/support/stop-and-resume.ts'
import { useSending } from './use-sending.ts'

const { db, server, start } = useSending()

test('stopped and resumed twenty times, 80 people get one mail each', async () => {
  const result = await stopAndResume({ db, server }, await start(), { recipients: 80, rounds: 20 })
  expect(result.rounds).toBeGreaterThanOrEqual(10)
  expect(result.accepted).toEqual(Array(80).fill(1))
  expect(result.afterStops).toBe(0)
}, 120_000)
