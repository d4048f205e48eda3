import { sql } from 'kysely'
import pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { healthQuery } from '#modules/settings/repository.ts'
import { hasDeal, hasEnrollment, hasSequence, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db, url } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })
const ROWS = 60_000
let portalId: number

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

/** A portal that has worked for long: what its health is about is little, what lies beside it is much. */
beforeAll(async () => {
  portalId = await newPortal(db, clock)
  const portal = person(portalId)
  const { id } = await hasSequence(deps, portal)
  const enrollmentId = await hasEnrollment(deps, portal, id, await hasDeal(deps, portalId))
  const old = sql`${clock.read()}::timestamptz - interval '2 days' - n * interval '1 minute'`
  await inPortal(db, portalId, async (trx) => {
    await sql`insert into events (portal_id, occurred_at, subscription_type, object_id, dedupe_hash, lane_key, status, payload, received_at)
      select ${portalId}, ${old}, 'contact.creation', n::text, decode(md5(n::text), 'hex'), 'contact', 'done', '{}', ${old}
      from generate_series(1, ${ROWS}) n`.execute(trx)
    await sql`insert into events (portal_id, occurred_at, subscription_type, object_id, dedupe_hash, lane_key, status, payload, received_at)
      values (${portalId}, ${clock.read()}, 'object.propertyChange', '1', '', 'deal', 'done', '{}', ${clock.read()})`.execute(
      trx,
    )
    await sql`insert into hubspot_requests (portal_id, id, at, method, path, status, duration_ms)
      select ${portalId}, gen_random_uuid(), ${clock.read()}::timestamptz - n * interval '1 minute', 'GET', '/', 200, 1
      from generate_series(1, ${ROWS}) n`.execute(trx)
    await sql`insert into timeline_entries (portal_id, id, event_type, object_type, object_id, properties, occurred_at, status)
      select ${portalId}, gen_random_uuid(), 'paused', 'deal', '1', '{}', ${old}, 'published'
      from generate_series(1, ${ROWS}) n`.execute(trx)
    await sql`insert into enrollments (portal_id, id, sequence_id, version, deal_id, contact_id, stage_entry_id, source, status, step_position, step_count, enrolled_at, updated_at)
      select portal_id, gen_random_uuid(), sequence_id, version, deal_id || '-' || n, contact_id, null, 'manual', status, step_position, step_count, enrolled_at, updated_at
      from enrollments, generate_series(1, ${ROWS}) n where portal_id = ${portalId} and id = ${enrollmentId}`.execute(
      trx,
    )
    await sql`insert into step_runs (portal_id, id, enrollment_id, step_id, kind, position, status, why, due_at)
      select portal_id, gen_random_uuid(), id, 'a', 'email', 0, 'scheduled', '', ${clock.read()}::timestamptz + interval '3 days'
      from enrollments where portal_id = ${portalId} and id <> ${enrollmentId}`.execute(trx)
  })
  const owner = new pg.Client({ connectionString: url })
  await owner.connect()
  await owner.query('vacuum (analyze)').finally(() => owner.end())
}, 120_000)

/** Each look into a table: how, and how many rows it went through. */
function listScans(plan: Plan): { table: string; how: string; rows: number }[] {
  const own = plan['Relation Name']
  const rows = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
  const below = (plan.Plans ?? []).flatMap(listScans)
  return own === undefined ? below : [{ table: own, how: plan['Node Type'], rows }, ...below]
}

test('the health of a busy account reads what it counts, not what lies beside it', async () => {
  const plan = await inPortal(db, portalId, async (trx) => {
    const explained = sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>`
      explain (analyze, format json) ${healthQuery(portalId, clock.read(), 5)}`
    const [row] = (await explained.execute(trx)).rows
    return Object.values(row ?? {})[0]?.[0].Plan
  })
  expect(plan).toBeDefined()
  const scans = plan ? listScans(plan) : []
  const many = scans.filter(({ rows }) => rows > 1_000)
  // The calls of a day are counted in the index alone.
  expect(many).toEqual([{ table: 'hubspot_requests', how: 'Index Only Scan', rows: 24 * 60 - 1 }])
  expect(scans.length).toBeGreaterThan(8)
})
