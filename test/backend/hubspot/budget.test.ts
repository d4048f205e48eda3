import { expect, test } from 'vitest'
import { type Sleep, systemSleep } from '#core/clock.ts'
import { inPortal } from '#db/in-portal.ts'
import { createBudget } from '#hubspot/budget.ts'
import type { CallFamily } from '#hubspot/family.ts'
import type { HubSpotCall } from '#hubspot/hubspot.ts'
import { startWorld } from '#test/backend/installations/world.ts'
import { FIRST_DEAL } from '#test/sandbox/starting.ts'
import { useDatabase } from '#test/support/database.ts'
import { newPortal, TestClock } from '#test/support/deps.ts'

const database = useDatabase()
const { db } = database

/** Pauses that end only when the clock is moved to the earliest of them. */
function virtualSleep(clock: TestClock) {
  const sleepers: { until: number; wake: () => void }[] = []
  const sleep: Sleep = (ms) =>
    new Promise((wake) => void sleepers.push({ until: clock.read().epochMilliseconds + Math.ceil(ms), wake }))
  function wakeNext() {
    const until = Math.min(...sleepers.map((sleeper) => sleeper.until))
    clock.passes({ milliseconds: Math.max(0, until - clock.read().epochMilliseconds) })
    for (const sleeper of sleepers.filter((one) => one.until <= until)) {
      sleepers.splice(sleepers.indexOf(sleeper), 1)
      sleeper.wake()
    }
  }
  return { sleep, sleepers, wakeNext }
}

/** The most calls that any window of this length holds, its end excluded. */
function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return Math.max(...sorted.map((from) => sorted.filter((at) => at >= from && at < from + windowMs).length))
}

test.each([
  {
    call: { method: 'GET', path: `/crm/objects/2026-09/deals/${FIRST_DEAL}`, family: 'crm' },
    most: 110,
    windowMs: 10_000,
  },
  {
    call: { method: 'POST', path: '/crm/objects/2026-09/deals/search', body: { limit: 1 }, family: 'search' },
    most: 5,
    windowMs: 1000,
  },
] as const)(
  'three processes with a hundred $call.family calls each never exceed $most in $windowMs ms, as HubSpot counts them',
  async ({ call, most, windowMs }) => {
    const world = await startWorld(database)
    const { portalId } = await world.connect()
    const { sleep, sleepers, wakeNext } = virtualSleep(world.clock)
    const perProcess = call.family === 'search' ? 20 : 100
    const left = [perProcess, perProcess, perProcess]
    const calls = left.flatMap((count, index) => {
      const { hubspot } = world.process({ sleep })
      return Array.from({ length: count }, async () => {
        await hubspot.call(portalId, { ...call, repeatable: true } satisfies HubSpotCall)
        left[index] = (left[index] ?? 0) - 1
      })
    })
    const all = Promise.all(calls)
    let done = false
    void all.then(
      () => (done = true),
      () => (done = true),
    )
    // Time passes only while every call that has a slot is waiting, so what HubSpot sees is what was booked.
    while (!done) {
      await systemSleep(1)
      const busy = left.reduce((sum, count) => sum + Math.min(6, count), 0)
      if (sleepers.length > 0 && sleepers.length === busy) wakeNext()
    }
    await all
    const entries = world.sandbox.journal.find({ family: call.family })
    expect(entries.map((entry) => entry.status)).toEqual(entries.map(() => 200))
    expect(entries).toHaveLength(perProcess * 3)
    expect(
      mostWithin(
        entries.map((entry) => entry.at),
        windowMs,
      ),
    ).toBeLessThanOrEqual(most)
  },
  60_000,
)

/** Books places for a long time, asking all the time, and tells when each was free. */
async function bookFor(family: CallFamily, count: number): Promise<number[]> {
  const clock = new TestClock()
  const portalId = await newPortal(db, clock)
  const budget = createBudget({ db, clock: clock.read, sleep: async (ms) => clock.passes({ milliseconds: ms }) })
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    await budget.take(portalId, family, 60_000)
    times.push(clock.read().epochMilliseconds)
  }
  return times
}

test.each([
  { family: 'crm', most: 105, windowMs: 10_000 },
  { family: 'timeline', most: 105, windowMs: 10_000 },
  { family: 'associations', most: 95, windowMs: 10_000 },
  { family: 'search', most: 4, windowMs: 1000 },
] as const)('$family calls stay below $most in $windowMs ms', async ({ family, most, windowMs }) => {
  const times = await bookFor(family, 150)
  expect(mostWithin(times, windowMs)).toBeLessThanOrEqual(most)
})

test('timeline and record calls draw on one budget, searches and associations on their own', async () => {
  const clock = new TestClock()
  const portalId = await newPortal(db, clock)
  const budget = createBudget({ db, clock: clock.read, sleep: async () => {} })
  for (let count = 0; count < 9; count++) expect(await budget.take(portalId, 'crm', 0)).toMatchObject({ waitedMs: 0 })
  expect(await budget.take(portalId, 'timeline', 1000)).toMatchObject({ waitedMs: 105 })
  expect(await budget.take(portalId, 'search', 0)).toMatchObject({ waitedMs: 0 })
  expect(await budget.take(portalId, 'associations', 0)).toMatchObject({ waitedMs: 0 })
  expect(await budget.take(await newPortal(db, clock), 'crm', 0)).toMatchObject({ waitedMs: 0 })
})

test('a place that is too far away is not booked, and the caller learns when to come back', async () => {
  const clock = new TestClock()
  const portalId = await newPortal(db, clock)
  const budget = createBudget({ db, clock: clock.read, sleep: async () => {} })
  await budget.pause(portalId, 'crm', 30_000)
  for (let count = 0; count < 3; count++) {
    await expect(budget.take(portalId, 'crm', 20_000)).rejects.toMatchObject({
      code: 'hubspot_unavailable',
      retryAfterMs: 30_000,
    })
  }
  clock.passes({ seconds: 10 })
  expect(await budget.take(portalId, 'crm', 20_000)).toMatchObject({ waitedMs: 20_000 })
})

test.each(['inactive', 'disconnected'] as const)('no call of a portal that is %s gets a place', async (status) => {
  const clock = new TestClock()
  const portalId = await newPortal(db, clock, status)
  const budget = createBudget({ db, clock: clock.read, sleep: async () => {} })
  for (const family of ['crm', 'account'] as const) {
    await expect(budget.take(portalId, family, 20_000)).rejects.toMatchObject({ code: 'installation_revoked' })
  }
})

test.each(['inactive', 'disconnected'] as const)(
  'a call that waits while its portal becomes %s does not start',
  async (status) => {
    const clock = new TestClock()
    const portalId = await newPortal(db, clock)
    const budget = createBudget({
      db,
      clock: clock.read,
      async sleep(ms) {
        clock.passes({ milliseconds: ms })
        await inPortal(db, portalId, (trx) =>
          trx.updateTable('installations').set({ status }).where('portalId', '=', portalId).execute(),
        )
      },
    })
    await budget.pause(portalId, 'crm', 5_000)
    await expect(budget.take(portalId, 'crm', 20_000)).rejects.toMatchObject({ code: 'installation_revoked' })
  },
)
