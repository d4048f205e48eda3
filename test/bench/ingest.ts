import type { ChildProcess } from 'node:child_process'
import pg from 'pg'
import { migrate } from '#db/migrate.ts'
import { INTAKE_LIMITS } from '#modules/events/accept-events.ts'
import { createDatabase, dropDatabase } from '#test/support/with-database.ts'
import { answer, ask, startChild, stopChild } from './child.ts'
import { BENCH_PORTALS, type LoadResult } from './ingest-load.ts'
import type { IngestMode } from './ingest-server.ts'
import { type BenchRow, spread } from './row.ts'

export interface IngestBenchOptions {
  /** A Postgres whose user may create databases, durable as in production; the bench makes its own database and drops it. */
  readonly databaseUrl: string
  /** Length of one measurement: short, with many rounds, because a shared machine changes its own speed within seconds. */
  readonly seconds: number
  readonly rounds: number
  readonly sizes?: readonly number[]
}

const MODES: readonly IngestMode[] = ['bare', 'coalesced', 'per request']
const SIZES = [1, 10, 100] as const
/**
 * Requests under way at the same time. HubSpot keeps up to 10 per account (HubSpot docs, webhooks; `maxConcurrentRequests` of
 * our webhooks file), and events of `BENCH_PORTALS` accounts are sent: a rush everywhere at once, and an eighth of it.
 */
const CONNECTIONS = [10 * BENCH_PORTALS, 64] as const
/** More than a bare server answers on one core, per second. */
const MOST_PER_SECOND = 40_000

/**
 * How fast webhooks are acknowledged, over real HTTP on loopback: a bare Fastify that reads the body and answers 204, the
 * product (204 after the commit), and the product with one INSERT per request. Modes take turns within every round, each in
 * a process of its own on the same Postgres.
 */
export async function benchIngest(options: IngestBenchOptions): Promise<BenchRow[]> {
  const name = `bench_ingest_${process.pid}`
  const url = options.databaseUrl.replace(/\/[^/]*$/, `/${name}`)
  await createDatabase(options.databaseUrl, name)
  const children: ChildProcess[] = []
  const start = (file: string, ...args: string[]) => {
    const child = startChild(file, ...args)
    children.push(child)
    return child
  }
  try {
    await migrate(url)
    await withClient(url, addPortals)
    const load = start('ingest-load.ts')
    const ports = new Map<IngestMode, number>()
    for (const mode of MODES) ports.set(mode, await answer<number>(start('ingest-server.ts', mode, url)))
    const rows: BenchRow[] = []
    for (const size of options.sizes ?? SIZES) {
      // More than the queue holds is refused with 503, as it should be, and measures nothing.
      for (const connections of CONNECTIONS.filter((count) => count * size <= INTAKE_LIMITS.queueEvents)) {
        const results = await measure(options, url, load, ports, { size, connections })
        rows.push(...rowsOf(`${size} per POST, ${connections} at once`, results))
      }
    }
    return rows
  } finally {
    await Promise.all(children.map(stopChild))
    await dropDatabase(options.databaseUrl, name)
  }
}

type Results = ReadonlyMap<IngestMode, LoadResult[]>

async function measure(
  options: IngestBenchOptions,
  url: string,
  load: ChildProcess,
  ports: ReadonlyMap<IngestMode, number>,
  { size, connections }: { size: number; connections: number },
): Promise<Results> {
  const results = new Map<IngestMode, LoadResult[]>(MODES.map((mode) => [mode, []]))
  // Round 0 warms up code, plans and pages.
  for (let round = 0; round <= options.rounds; round++) {
    const requests = Math.ceil(options.seconds * MOST_PER_SECOND)
    await ask(load, { kind: 'prepare', eventsPerPost: size, requests })
    for (const mode of rotate(MODES, round)) {
      await withClient(url, (client) =>
        client.query('truncate events, lanes; checkpoint').catch(() => truncate(client)),
      )
      const { seconds } = options
      const result = await ask<LoadResult>(load, { kind: 'run', port: ports.get(mode) ?? 0, connections, seconds })
      await checkStored(url, mode, result, size)
      if (round > 0) results.get(mode)?.push(result)
    }
  }
  return results
}

function rowsOf(load: string, results: Results): BenchRow[] {
  const rates = (mode: IngestMode) => (results.get(mode) ?? []).map((result) => result.requests / result.seconds)
  const ratio = (mode: IngestMode, base: IngestMode) => {
    const bases = rates(base)
    return spread(rates(mode).map((rate, round) => rate / (bases[round] ?? Number.NaN)))
  }
  const row = (mode: IngestMode, base: IngestMode): BenchRow => ({
    bench: 'ingest',
    case: `${load}, ${mode}`,
    metric: 'acknowledged',
    value: Math.round(spread(rates(mode)).median),
    unit: 'requests/s',
    baseline: base,
    ratio: ratio(mode, base),
  })
  const latency = (mode: IngestMode): BenchRow => {
    const p99 = (of: IngestMode) => (results.get(of) ?? []).map((result) => result.p99)
    return {
      ...row(mode, 'bare'),
      metric: 'p99 of the answer',
      value: Math.round(spread(p99(mode)).median * 10) / 10,
      unit: 'ms',
      ratio: spread(p99(mode).map((value, round) => value / (p99('bare')[round] ?? Number.NaN))),
    }
  }
  return [
    row('bare', 'bare'),
    row('coalesced', 'bare'),
    row('per request', 'bare'),
    row('coalesced', 'per request'),
    latency('coalesced'),
    latency('per request'),
  ]
}

/** A fast answer that stored nothing would be worthless: every acknowledged event must be in the ledger. */
async function checkStored(url: string, mode: IngestMode, result: LoadResult, size: number): Promise<void> {
  if (result.failed > 0) throw new Error(`${mode}: ${result.failed} requests were not answered 204`)
  if (mode === 'bare') return
  const stored = await withClient(url, async (client) => {
    const { rows } = await client.query<{ count: number }>('select count(*)::int as count from events')
    return rows[0]?.count ?? 0
  })
  if (stored !== result.requests * size) {
    throw new Error(`${mode}: ${result.requests * size} events acknowledged, ${stored} stored`)
  }
}

async function addPortals(client: pg.Client): Promise<void> {
  await client.query(
    `insert into installations (portal_id, status, status_at, scopes, connected_at)
     select n, 'connected', now(), '{}', now() from generate_series(1, $1) n`,
    [BENCH_PORTALS],
  )
}

/** A user who may not checkpoint can still measure. */
async function truncate(client: pg.Client): Promise<void> {
  await client.query('truncate events, lanes')
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function rotate<T>(list: readonly T[], by: number): T[] {
  return list.map((_, index) => list[(index + by) % list.length] as T)
}
