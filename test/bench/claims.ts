import { performance } from 'node:perf_hooks'
import pg from 'pg'
import { LEASES } from '#core/leases.ts'
import { APP_ROLE, type Database, openDatabase, openPool } from '#db/database.ts'
import { migrate } from '#db/migrate.ts'
import { claimDueRuns } from '#modules/steps/claim-due-runs.ts'
import { createDatabase, dropDatabase } from '#test/support/with-database.ts'
import { type BenchRow, spread } from './row.ts'

export interface ClaimBenchOptions {
  /** A Postgres whose user may create databases; the bench makes one per size and drops them. */
  readonly databaseUrl: string
  /** Enrollments, each with one planned step; the first size is what the others are compared with. */
  readonly sizes: readonly number[]
  readonly rounds?: number
  /** Claims of 100 steps per size and round; the smallest size must hold (rounds + 1) times as many steps. */
  readonly claims?: number
}

interface Arena {
  readonly size: number
  readonly db: Database
  readonly owner: pg.Client
  readonly name: string
}

const PORTAL = 4_711
const SEQUENCE = '00000000-0000-7000-8000-000000000001'
const CONTACT = '00000000-0000-7000-8000-000000000002'
const NOW = Temporal.Instant.from('2026-11-23T09:00:00Z')
const BATCH = 100
/** Rows per statement while seeding. */
const CHUNK = 100_000

/**
 * How many due steps one worker claims per second through the production path (lane lock, claim, lane move, commit), by how
 * many enrollments the tables hold. Sizes take turns within every round. What was claimed is planned for later between the
 * measurements, as sending does it.
 */
export async function benchClaims(options: ClaimBenchOptions): Promise<BenchRow[]> {
  const { sizes, rounds = 7, claims = 10 } = options
  const arenas: Arena[] = []
  try {
    for (const size of sizes) arenas.push(await openArena(options.databaseUrl, size))
    const rates = new Map(arenas.map((arena) => [arena.size, [] as number[]]))
    // Round 0 warms up code, plans and pages.
    for (let round = 0; round <= rounds; round++) {
      for (const arena of rotate(arenas, round)) {
        const rate = await measure(arena, claims)
        if (round > 0) rates.get(arena.size)?.push(rate)
      }
    }
    return rowsOf(sizes, rates)
  } finally {
    for (const arena of arenas) await closeArena(options.databaseUrl, arena)
  }
}

async function measure(arena: Arena, claims: number): Promise<number> {
  const deps = { db: arena.db, clock: () => NOW, leases: LEASES }
  let claimed = 0
  const begun = performance.now()
  for (let i = 0; i < claims; i++) claimed += (await claimDueRuns(deps, PORTAL)).runs.length
  const seconds = (performance.now() - begun) / 1000
  if (claimed !== claims * BATCH) {
    throw new Error(`${claimed} of ${claims * BATCH} steps were claimed at ${arena.size} enrollments: seed more`)
  }
  await arena.owner.query(`set role ${APP_ROLE}`)
  await arena.owner.query(
    `update step_runs set status = 'scheduled', lease_until = null, due_at = due_at + interval '60 days'
      where portal_id = $1 and status = 'sending'`,
    [PORTAL],
  )
  await arena.owner.query('reset role')
  await arena.owner.query('vacuum step_runs')
  return claimed / seconds
}

function rowsOf(sizes: readonly number[], rates: ReadonlyMap<number, number[]>): BenchRow[] {
  const base = rates.get(sizes[0] ?? 0) ?? []
  return sizes.map((size) => {
    const own = rates.get(size) ?? []
    return {
      bench: 'claims',
      case: `${size} enrollments`,
      metric: 'steps claimed',
      value: Math.round(spread(own).median),
      unit: '1/s',
      baseline: `${sizes[0]} enrollments`,
      ratio: spread(own.map((rate, round) => rate / (base[round] ?? Number.NaN))),
    }
  })
}

async function openArena(adminUrl: string, size: number): Promise<Arena> {
  const name = `bench_claims_${process.pid}_${size}`
  const url = adminUrl.replace(/\/[^/]*$/, `/${name}`)
  await createDatabase(adminUrl, name)
  const owner = new pg.Client({ connectionString: url })
  try {
    await migrate(url)
    await owner.connect()
    await seed(owner, size)
  } catch (error) {
    await owner.end()
    await dropDatabase(adminUrl, name)
    throw error
  }
  const db = openDatabase(openPool({ url, size: 2, role: APP_ROLE, name: 'stagecue-bench' }))
  return { size, db, owner, name }
}

async function closeArena(adminUrl: string, arena: Arena): Promise<void> {
  await arena.db.destroy()
  await arena.owner.end()
  await dropDatabase(adminUrl, arena.name)
}

/** One portal; due moments spread evenly over the 30 days up to now, so that all steps are due and their order matters. */
async function seed(owner: pg.Client, size: number): Promise<void> {
  // Seeding as the wall's owner would be refused by it (force row level security), so the portal is set like everywhere.
  await owner.query(`set app.portal_id = '${PORTAL}'`)
  await owner.query(`set role ${APP_ROLE}`)
  const now = NOW.toString()
  const definition = JSON.stringify({
    steps: [{ id: 'one', kind: 'email', subject: 'Hello', body: 'Hi' }],
    stopWhenStageLeft: true,
  })
  await owner.query(
    `insert into installations (portal_id, status, status_at, connected_at) values ($1, 'connected', $2, $2)`,
    [PORTAL, now],
  )
  await owner.query(
    `insert into sequences (portal_id, id, name, status, version, draft, created_at, updated_at)
      values ($1, $2, 'Follow-up', 'active', 1, $3, $4, $4)`,
    [PORTAL, SEQUENCE, definition, now],
  )
  await owner.query(
    `insert into sequence_versions (portal_id, sequence_id, version, definition, published_at) values ($1, $2, 1, $3, $4)`,
    [PORTAL, SEQUENCE, definition, now],
  )
  await owner.query(
    `insert into contacts (portal_id, id, contact_id, email, read_at) values ($1, $2, '1', 'ada@example.com', $3)`,
    [PORTAL, CONTACT, now],
  )
  for (let from = 1; from <= size; from += CHUNK) await seedChunk(owner, from, Math.min(from + CHUNK - 1, size), size)
  await owner.query(`insert into lanes (portal_id, kind, key, due_at) values ($1, 'steps', '', $2)`, [
    PORTAL,
    NOW.subtract({ hours: 1 }).toString(),
  ])
  await owner.query('reset role')
  await owner.query('vacuum analyze')
}

async function seedChunk(owner: pg.Client, from: number, to: number, size: number): Promise<void> {
  const now = NOW.toString()
  await owner.query(
    `insert into enrollments (portal_id, id, sequence_id, version, deal_id, contact_id, source, status, step_position,
        step_count, enrolled_at, updated_at)
      select $1, ('00000000-0000-7000-8001-' || lpad(to_hex(i), 12, '0'))::uuid, $2, 1, i::text, $3, 'stage', 'active', 0,
        1, $4, $4
      from generate_series($5::int, $6::int) i`,
    [PORTAL, SEQUENCE, CONTACT, now, from, to],
  )
  // A fixed permutation (7919 is prime and no divisor of the sizes) keeps index order and insertion order apart.
  await owner.query(
    `insert into step_runs (portal_id, id, enrollment_id, step_id, position, kind, status, due_at, why)
      select $1, ('00000000-0000-7000-8002-' || lpad(to_hex(i), 12, '0'))::uuid,
        ('00000000-0000-7000-8001-' || lpad(to_hex(i), 12, '0'))::uuid, 'one', 0, 'email', 'scheduled',
        $2::timestamptz - interval '1 minute' - (i::bigint * 7919 % $3::bigint) * interval '30 days' / $3::float8, 'Sends now.'
      from generate_series($4::int, $5::int) i`,
    [PORTAL, now, size, from, to],
  )
}

function rotate<T>(items: readonly T[], by: number): T[] {
  return items.map((_item, index) => items[(index + by) % items.length]).filter((item) => item !== undefined)
}
