import { startEmbedded } from '#db/embedded/start.ts'
import { systemSleep } from '#core/clock.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { startStack } from '#test/support/stack.ts'
import { preparePortal, makeDeals } from './test/bench/portal.ts'
import { benchLatency } from './test/bench/latency.ts'
import fs from 'node:fs'
fs.rmSync('/tmp/benchpg', { recursive: true, force: true }); fs.mkdirSync('/tmp/benchpg'); fs.chmodSync('/tmp/benchpg', 0o755)
const pg = await startEmbedded({ dir: '/tmp/benchpg/p', settings: { shared_preload_libraries: 'pg_stat_statements', shared_buffers: '512MB' }, sleep: systemSleep, log: silentLog, secrets: systemSecrets })
const stack = await startStack({ databaseUrl: pg.url('postgres'), sandbox: { limits: false }, env: { NODE_OPTIONS: '--cpu-prof --cpu-prof-dir=/tmp/prof' } })
await preparePortal(stack)
const { default: P } = await import('pg')
const c = new P.Client(pg.url('postgres')); await c.connect(); await c.query('create extension if not exists pg_stat_statements'); await c.query('select pg_stat_statements_reset()')
console.log((await benchLatency(stack, { seconds: 10, rounds: 1 })).map((r) => `${r.case} ${r.value} ${r.ratio.median}`))
const r = await c.query('select calls, round(total_exec_time::numeric,0) ms, round(mean_exec_time::numeric,3) mean, left(regexp_replace(query, $$\\s+$$, $$ $$, $$g$$), 110) q from pg_stat_statements order by total_exec_time desc limit 22')
for (const x of r.rows) console.log(x.calls, x.ms, x.mean, x.q)
const t = await c.query('select sum(calls) calls, sum(total_exec_time) ms from pg_stat_statements'); console.log(t.rows)
await c.end()
console.log((await (await fetch(stack.appUrl + '/metrics')).text()).split('\n').filter((l) => /lag_seconds_(sum|count)|request_seconds_(sum|count)/.test(l)))
await stack.stop(); await pg.stop()
