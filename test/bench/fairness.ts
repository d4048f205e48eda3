import { performance } from 'node:perf_hooks'
import pg from 'pg'
import { LEASES } from '#core/leases.ts'
import { APP_ROLE, type Database, openDatabase, openPool } from '#db/database.ts'
import { migrate } from '#db/migrate.ts'
import { serveNextPortal } from '#db/serve-next-portal.ts'
import { claimDueRuns, tidyLane } from '#modules/steps/claim-due-runs.ts'
import { createDatabase, dropDatabase } from '#test/support/with-database.ts'
import { FAIRNESS_NOW as NOW, portalsOf, resetPortal, type SeededPortal, seedPortal } from './fairness-seed.ts'
import { type BenchRow, spread } from './row.ts'

export interface FairnessOptions {
  /** A Postgres whose user may create databases; the bench makes one per size and drops them. */
  readonly databaseUrl: string
  /** Enrollments in all portals together; the first size is what the second is compared with. */
  readonly sizes: readonly [number, number]
  /** One of them owns half of the enrollments. */
  readonly portals?: number
  readonly rounds?: number
}

interface Arena {
  readonly size: number
  readonly portals: readonly SeededPortal[]
  readonly db: Database
  readonly owner: pg.Client
  readonly name: string
}

/** What one drain of everything due showed, in milliseconds since it began. */
interface Drain {
  readonly largest: number
  readonly smallest: number
}

/** Of one portal in one turn of the round that compares the sizes: as many as the smallest portal of either size has due. */
const TURN = 10

/**
 * Claims over many portals of very different size, through the production path (the round over the portals, lane lock,
 * claim, lane move, commit). Two questions: does a round get slower when the tables hold more, and how long do small portals
 * wait behind one that owns half of everything. A tenth of the enrollments is due, spread over one hour that has just ended.
 */
export async function benchFairness(options: FairnessOptions): Promise<BenchRow[]> {
  const { databaseUrl, sizes, portals = 500, rounds = 5 } = options
  const arenas: Arena[] = []
  try {
    for (const size of sizes) arenas.push(await openArena(databaseUrl, size, portals))
    const [small, large] = arenas
    if (!small || !large) throw new Error('two sizes are compared')
    const rates = new Map<Arena, number[]>([
      [small, []],
      [large, []],
    ])
    const drains: Drain[] = []
    // Round 0 warms up code, plans and pages.
    for (let round = 0; round <= rounds; round++) {
      for (const arena of round % 2 ? [small, large] : [large, small]) {
        const rate = await goRound(arena)
        if (round > 0) rates.get(arena)?.push(rate)
        await reset(arena)
      }
      const drain = await drainAll(large)
      if (round > 0) drains.push(drain)
      await reset(large)
    }
    return rowsOf(small, large, rates, drains)
  } finally {
    for (const arena of arenas) await closeArena(databaseUrl, arena)
  }
}

/** One turn of every portal; steps claimed per second. */
async function goRound(arena: Arena): Promise<number> {
  const begun = performance.now()
  let claimed = 0
  let after = 0
  for (;;) {
    const served = await turn(arena, after, TURN)
    if (!served) break
    claimed += served.handled
    after = served.portalId
  }
  const expected = arena.portals.length * TURN
  if (claimed !== expected) throw new Error(`${claimed} of ${expected} steps were claimed at ${arena.size} enrollments`)
  return claimed / ((performance.now() - begun) / 1000)
}

/** Everything that is due, in batches as production takes them; when the last step of each portal was claimed. */
async function drainAll(arena: Arena): Promise<Drain> {
  const begun = performance.now()
  const doneAt = new Map<number, number>()
  let claimed = 0
  for (let after = 0; ; ) {
    const served = await turn(arena, after)
    if (!served && after === 0) break
    after = served?.portalId ?? 0
    if (!served) continue
    claimed += served.handled
    doneAt.set(served.portalId, performance.now() - begun)
  }
  const due = arena.portals.reduce((sum, portal) => sum + portal.due, 0)
  if (claimed !== due) throw new Error(`${claimed} of ${due} steps were claimed`)
  const [largest, ...others] = arena.portals
  return {
    largest: doneAt.get(largest?.portalId ?? 0) ?? Number.NaN,
    smallest: Math.max(...others.map(({ portalId }) => doneAt.get(portalId) ?? Number.NaN)),
  }
}

/** The next portal's claim and, as after sending, its lane put right. */
async function turn(arena: Arena, afterPortal: number, limit?: number) {
  const { db } = arena
  const deps = { db, clock: () => NOW, leases: LEASES }
  return serveNextPortal(db, { kind: 'steps', afterPortal, now: NOW, busy: new Set() }, async (portalId) => {
    const { runs } = await claimDueRuns(deps, portalId, limit)
    await tidyLane(deps, portalId)
    return runs.length
  })
}

function rowsOf(small: Arena, large: Arena, rates: ReadonlyMap<Arena, number[]>, drains: readonly Drain[]): BenchRow[] {
  const base = rates.get(small) ?? []
  const own = rates.get(large) ?? []
  const count = large.portals.length
  return [
    {
      bench: 'fairness',
      case: `${large.size} enrollments in ${count} portals`,
      metric: `steps claimed in a round of turns of ${TURN}`,
      value: Math.round(spread(own).median),
      unit: '1/s',
      baseline: `${small.size} enrollments`,
      ratio: spread(own.map((rate, round) => rate / (base[round] ?? Number.NaN))),
    },
    {
      bench: 'fairness',
      case: `the slowest of the ${count - 1} small portals`,
      metric: `until all its due steps were claimed, everything due at once`,
      value: Math.round(spread(drains.map(({ smallest }) => smallest)).median),
      unit: 'ms',
      baseline: 'the portal that owns half',
      ratio: spread(drains.map(({ smallest, largest }) => smallest / largest)),
    },
  ]
}

async function reset({ owner, portals }: Arena): Promise<void> {
  await asOne(owner, portals, resetPortal)
  await owner.query('vacuum step_runs, lanes')
}

/** All portals in one transaction: a commit for each would take longer than what is measured. */
async function asOne(owner: pg.Client, portals: readonly SeededPortal[], work: typeof seedPortal): Promise<void> {
  await owner.query('begin')
  for (const portal of portals) await work(owner, portal)
  await owner.query('commit')
}

async function openArena(adminUrl: string, size: number, count: number): Promise<Arena> {
  const name = `bench_fairness_${process.pid}_${size}`
  const url = adminUrl.replace(/\/[^/]*$/, `/${name}`)
  const portals = portalsOf(size, count)
  await createDatabase(adminUrl, name)
  const owner = new pg.Client({ connectionString: url })
  try {
    await migrate(url)
    await owner.connect()
    await asOne(owner, portals, seedPortal)
    await owner.query('vacuum analyze')
  } catch (error) {
    await owner.end()
    await dropDatabase(adminUrl, name)
    throw error
  }
  const db = openDatabase(openPool({ url, size: 2, role: APP_ROLE, name: 'stagecue-bench' }))
  return { size, portals, db, owner, name }
}

async function closeArena(adminUrl: string, arena: Arena): Promise<void> {
  await arena.db.destroy()
  await arena.owner.end()
  await dropDatabase(adminUrl, arena.name)
}
