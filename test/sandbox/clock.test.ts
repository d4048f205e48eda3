import { expect, test } from 'vitest'
import type { ClockControl, ClockStep } from './clock-control.ts'
import { call, sandboxForTest } from './starting.ts'

const NOW = Temporal.Instant.from('2026-11-23T09:00:00Z')
const LATER = NOW.add({ hours: 72 })

/** Answers every move when told to. */
function control() {
  const moves: ClockStep[] = []
  const ends: ((reached: boolean) => void)[] = []
  const clock: ClockControl = {
    read: async () => ({ now: NOW, nextStepAt: LATER }),
    move: (step) => {
      moves.push(step)
      return new Promise((resolve) => ends.push(resolve))
    },
  }
  return { clock, moves, end: (reached: boolean) => ends.shift()?.(reached) }
}

test('without a shared clock the pages have none', async () => {
  const sandbox = await sandboxForTest()
  expect((await call(sandbox, null, 'GET', '/sandbox/config')).body).not.toHaveProperty('clockAheadMs')
  expect((await call(sandbox, null, 'GET', '/sandbox/clock')).status).toBe(404)
})

test('the pages read the shared clock, move it one move at a time, and hear when it has stopped', async () => {
  const { clock, moves, end } = control()
  const ahead = () => Temporal.Now.instant().add({ hours: 72 })
  const sandbox = await sandboxForTest({ clockControl: clock, clock: ahead })
  const heard: string[] = []
  sandbox.onChange(({ kind }) => heard.push(kind))
  expect((await call(sandbox, null, 'GET', '/sandbox/config')).body.clockAheadMs).toBe(72 * 3_600_000)
  const state = { now: '2026-11-23T09:00:00Z', nextStepAt: '2026-11-26T09:00:00Z' }
  expect((await call(sandbox, null, 'GET', '/sandbox/clock')).body).toEqual(state)

  const first = call(sandbox, null, 'POST', '/sandbox/clock/move', { step: 'day' })
  await expect.poll(() => moves).toEqual(['day'])
  const second = await call(sandbox, null, 'POST', '/sandbox/clock/move', { step: 'hour' })
  expect(second.status).toBe(409)
  expect(second.body.message).toBe('The clock is moving already. Wait until it has stopped.')
  expect(heard).toEqual([])
  end(true)
  expect(await first).toMatchObject({ status: 200, body: { reached: true, ...state } })
  expect(heard).toEqual(['clock'])

  const third = call(sandbox, null, 'POST', '/sandbox/clock/move', { step: 'next-step' })
  await expect.poll(() => moves).toEqual(['day', 'next-step'])
  end(false)
  expect((await third).body.reached).toBe(false)
})

test.each([{}, { step: 'year' }, { step: 3 }, undefined])('a move that is none is refused: %j', async (body) => {
  const { clock, moves } = control()
  const sandbox = await sandboxForTest({ clockControl: clock })
  const answer = await call(sandbox, null, 'POST', '/sandbox/clock/move', body)
  expect(answer.status).toBe(400)
  expect(moves).toEqual([])
})
