import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { systemSleep } from '#core/clock.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { startEmbedded } from '#db/embedded/start.ts'
import { startStack } from '#test/support/stack.ts'
import { createDatabase } from '#test/support/with-database.ts'
import { benchCalls } from './calls.ts'
import { benchChecks } from './checks.ts'
import { benchClaims } from './claims.ts'
import { benchFairness } from './fairness.ts'
import { benchIngest } from './ingest.ts'
import { benchLatency } from './latency.ts'
import { startMailingStack } from './mailing-stack.ts'
import { preparePortal } from './portal.ts'
import type { BenchRow } from './row.ts'
import { benchSending } from './sending.ts'

const NAMES = ['ingest', 'claims', 'fairness', 'calls', 'latency', 'sending', 'checks'] as const
type Name = (typeof NAMES)[number]

/**
 * `npm run bench`: all benchmarks on one durable Postgres (fsync on), everything else on this machine. Numbers are ratios
 * against a named baseline of the same run, interleaved, with their spread. `--json FILE` writes the rows, `--only a,b`
 * chooses, `--quick` takes small sizes (for trying, not for judging).
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, only: { type: 'string' }, quick: { type: 'boolean' } },
  })
  const chosen = new Set<Name>(values.only ? NAMES.filter((name) => values.only?.split(',').includes(name)) : NAMES)
  const quick = values.quick ?? false
  const folder = mkdtempSync(path.join(tmpdir(), 'stagecue-bench-'))
  await chmod(folder, 0o755)
  const postgres = await startEmbedded({
    dir: path.join(folder, 'postgres'),
    settings: { max_connections: '200', shared_buffers: '1GB', max_wal_size: '8GB' },
    sleep: systemSleep,
    log: silentLog,
    secrets: systemSecrets,
  })
  const rows: BenchRow[] = []
  const add = (more: BenchRow[]) => {
    rows.push(...more)
    for (const row of more) console.log(format(row))
  }
  console.log(`${cpus().length} cores, Node ${process.version}, Postgres with fsync on${quick ? ', quick' : ''}\n`)
  try {
    const databaseUrl = postgres.url()
    if (chosen.has('ingest')) {
      add(await benchIngest({ databaseUrl, seconds: 1, rounds: quick ? 2 : 21 }))
    }
    if (chosen.has('claims')) {
      add(await benchClaims({ databaseUrl, sizes: quick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000] }))
    }
    if (chosen.has('fairness')) {
      const size = quick
        ? { sizes: [10_000, 100_000] as const, portals: 50, rounds: 1 }
        : { sizes: [10_000, 1_000_000] as const }
      add(await benchFairness({ databaseUrl, ...size }))
    }
    if (chosen.has('calls') || chosen.has('latency')) add(await benchStack(postgres.url, chosen, quick))
    if (chosen.has('sending') || chosen.has('checks')) add(await benchMailing(postgres.url, chosen, quick))
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
}

async function benchStack(
  url: (database: string) => string,
  chosen: ReadonlySet<Name>,
  quick: boolean,
): Promise<BenchRow[]> {
  await createDatabase(url('postgres'), 'bench_stack')
  const stack = await startStack({ databaseUrl: url('bench_stack'), sandbox: { limits: false, journalLimit: 200_000 } })
  try {
    await preparePortal(stack)
    return [
      ...(chosen.has('latency') ? await benchLatency(stack, { seconds: quick ? 5 : 20, rounds: quick ? 1 : 3 }) : []),
      ...(chosen.has('calls') ? await benchCalls(stack, { burst: quick ? 200 : 1_000, rounds: quick ? 1 : 3 }) : []),
    ]
  } finally {
    await stack.stop()
  }
}

async function benchMailing(
  url: (database: string) => string,
  chosen: ReadonlySet<Name>,
  quick: boolean,
): Promise<BenchRow[]> {
  await createDatabase(url('postgres'), 'bench_mailing')
  const mailing = await startMailingStack(url('bench_mailing'), 10)
  try {
    return [
      ...(chosen.has('checks') ? await benchChecks(mailing, { burst: 1_000, rounds: quick ? 1 : 3 }) : []),
      ...(chosen.has('sending')
        ? await benchSending(mailing, { mails: quick ? 500 : 3_000, rounds: quick ? 1 : 5 })
        : []),
    ]
  } finally {
    await mailing.stop()
  }
}

function format(row: BenchRow): string {
  const { median, min, max } = row.ratio
  const ratio = [median, min, max].map((value) => value.toFixed(2))
  return (
    `${row.bench.padEnd(8)} ${row.case.padEnd(46)} ${String(row.value).padStart(9)} ${row.unit.padEnd(11)} ` +
    `${ratio[0]} (${ratio[1]}–${ratio[2]}) × ${row.baseline} · ${row.metric}`
  )
}

await main()
