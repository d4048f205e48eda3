import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { wakeLanes } from '#db/lanes.ts'
import { serveEachLane } from '#db/serve-each-lane.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'
import { goRound } from '#worker/round.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })
const kind = 'returns'

const wakes = (portalId: number, keys: string[]) =>
  inPortal(db, portalId, (trx) => wakeLanes(trx, portalId, kind, keys, clock.read()))
const lanesOf = (portalId: number) =>
  inPortal(db, portalId, (trx) =>
    trx
      .selectFrom('lanes')
      .where('portalId', '=', portalId)
      .where('kind', '=', kind)
      .select(['key', 'dueAt', 'attempts'])
      .execute(),
  )

/** Serves every key but those, and remembers which. */
function serving(poison: readonly string[], error: () => Error = () => new Error('a defect')) {
  const served: string[] = []
  const pass = (given: typeof deps, afterPortal: number, busy: Set<number> = new Set()) =>
    serveEachLane(
      given,
      { kind, afterPortal, busy },
      {
        lock: async (_trx, _portalId, key) => key,
        serve: async (_trx, _portal, key) => {
          if (poison.includes(key)) throw error()
          served.push(key)
          return null
        },
      },
    )
  return { served, pass }
}

test('a piece that fails is looked at again at growing intervals; those behind it are served in the same turn', async () => {
  const portalId = await newPortal(db, clock)
  await wakes(portalId, ['a', 'b', 'c'])
  const { served, pass } = serving(['a'])
  await pass(deps, portalId - 1)
  expect(served.toSorted()).toEqual(['b', 'c'])
  for (const [attempts, minutes] of [
    [1, 1],
    [2, 15],
    [3, 60],
    [4, 60],
  ] as const) {
    expect(await lanesOf(portalId)).toEqual([{ key: 'a', attempts, dueAt: clock.read().add({ minutes }) }])
    clock.passes({ minutes })
    await pass(deps, portalId - 1)
  }
  // What was only waiting for the defect to be mended is served then.
  clock.passes({ minutes: 60 })
  await serving([]).pass(deps, portalId - 1)
  expect(await lanesOf(portalId)).toEqual([])
})

test('when the database is away the turn ends and counts against nobody', async () => {
  const portalId = await newPortal(db, clock)
  await wakes(portalId, ['a', 'b'])
  const { pass } = serving(['a', 'b'], () => Object.assign(new Error('away'), { code: '57P03' }))
  await expect(pass(deps, portalId - 1)).rejects.toThrow('away')
  expect((await lanesOf(portalId)).map(({ attempts }) => attempts)).toEqual([0, 0])
})

test('a portal whose pass throws loses its turn; the round goes on behind it', async () => {
  const first = await newPortal(db, clock)
  const second = await newPortal(db, clock)
  await wakes(first, ['x'])
  await wakes(second, ['y'])
  const away = Object.assign(new Error('away'), { code: '57P03' })
  const { served, pass } = serving(['x'], () => away)
  // Due again at once, as a lane is that could not be leased.
  const hot: typeof pass = async (given, after, busy) => {
    try {
      return await pass(given, after, busy)
    } finally {
      await wakesNow(first)
    }
  }
  const round = goRound(hot, first - 1)
  await expect(round(deps)).rejects.toThrow('away')
  await round(deps)
  expect(served).toEqual(['y'])
})

async function wakesNow(portalId: number): Promise<void> {
  await inPortal(db, portalId, (trx) =>
    trx
      .updateTable('lanes')
      .set({ dueAt: clock.read(), notBefore: null })
      .where('portalId', '=', portalId)
      .where('kind', '=', kind)
      .execute(),
  )
}
