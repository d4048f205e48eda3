import pg from 'pg'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { openPool } from '#db/database.ts'
import { INTAKE_ROLE, type IntakePool } from '#modules/events/intake-repository.ts'
import { useDatabase } from '#test/support/database.ts'
import { newPortal, TestClock } from '#test/support/deps.ts'
import { testIntake } from './test-intake.ts'
import { type PostAnswer, stageChange, webhookApp } from './webhook-app.ts'

const { db, url } = useDatabase()
const intake = testIntake(url)
const clock = new TestClock()
const main = webhookApp({ clock, intake: intake.pool })
afterAll(() => main.app.close())

/** Holds the lane of a deal in another transaction until `release`. */
async function holdLane(portalId: number, key: string): Promise<() => Promise<void>> {
  const other = new pg.Client(url)
  await other.connect()
  await other.query('begin')
  await other.query(`insert into lanes (portal_id, kind, key, due_at) values ($1, 'events', $2, now())`, [
    portalId,
    key,
  ])
  return async () => {
    await other.query('commit')
    await other.end()
  }
}

async function waitingForLock(): Promise<number> {
  const { rows } = await intake.owner.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and application_name = 'stagecue-test-intake'`,
  )
  return rows[0]?.count ?? 0
}

test('nothing is acknowledged before its commit', async () => {
  const portalId = await newPortal(db, clock)
  const release = await holdLane(portalId, 'deal:77')
  let answer: PostAnswer | undefined
  const posted = main.post([stageChange(portalId, { objectId: 77 })]).then((given) => {
    answer = given
  })
  await vi.waitUntil(async () => (await waitingForLock()) === 1)
  expect(answer).toBeUndefined()
  expect(await intake.ledger(portalId)).toEqual([])
  await release()
  await posted
  expect(answer).toMatchObject({ status: 204 })
  expect(await intake.ledger(portalId)).toHaveLength(1)
})

test('a full queue answers 503 with a time to come back, before it looks at the request, and drains', async () => {
  const portalId = await newPortal(db, clock)
  const limits = { eager: 1, inFlight: 1, queueEvents: 3 }
  const { app, counts, post } = webhookApp({ clock, intake: intake.pool, limits })
  const release = await holdLane(portalId, 'deal:88')
  const first = post([stageChange(portalId, { objectId: 88 })])
  await vi.waitUntil(async () => (await waitingForLock()) === 1)
  const waiting = [post([stageChange(portalId), stageChange(portalId)]), post([stageChange(portalId)])]
  await vi.waitUntil(async () => (await post('not even JSON', { 'x-hubspot-signature-v3': '' })).status === 503)
  const refused = await post([stageChange(portalId)])
  expect(refused).toMatchObject({ status: 503, code: 'overloaded', headers: { 'retry-after': '2' } })
  await release()
  expect((await Promise.all([first, ...waiting])).map((answer) => answer.status)).toEqual([204, 204, 204])
  expect(await post([stageChange(portalId)])).toMatchObject({ status: 204 })
  expect(counts.allEvents()).toEqual({ stored: 5 })
  expect(await intake.ledger(portalId)).toHaveLength(5)
  await app.close()
})

describe('while the database cannot be reached', () => {
  test('deliveries are answered 503 with a time to come back, and are stored once it is there again', async () => {
    const portalId = await newPortal(db, clock)
    let pool = openPool({
      url: 'postgres://nobody@127.0.0.1:1/none',
      size: 1,
      role: INTAKE_ROLE,
      name: 'stagecue-test-down',
    })
    const down = pool
    const switched: IntakePool = {
      query: ((...args: Parameters<pg.Pool['query']>) => pool.query(...args)) as pg.Pool['query'],
    }
    const { app, counts, log, post } = webhookApp({ clock, intake: switched })
    const deliveries = Array.from({ length: 5 }, () => [stageChange(portalId), stageChange(portalId)])
    for (const answer of await Promise.all(deliveries.map((delivery) => post(delivery)))) {
      expect(answer).toMatchObject({ status: 503, code: 'database_unavailable' })
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    }
    expect(counts.allEvents()).toEqual({})
    expect(counts.requests('unavailable')).toBe(5)
    expect(log.lines.map((line) => line.message)).toEqual(Array(5).fill('request could not be served'))
    const requestIds = log.lines.map(({ fields }) => ('requestId' in fields ? String(fields.requestId) : ''))
    // One process, five requests.
    expect(new Set(requestIds).size).toBe(5)
    expect(new Set(requestIds.map((id) => id.replace(/-[0-9a-z]+$/, ''))).size).toBe(1)
    pool = intake.pool
    for (const answer of await Promise.all(deliveries.map((delivery) => post(delivery)))) {
      expect(answer).toMatchObject({ status: 204 })
    }
    expect(counts.allEvents()).toEqual({ stored: 10 })
    await app.close()
    await down.end()
  })

  test('an ended pool is 503, too', async () => {
    const pool = openPool({ url, size: 1, role: INTAKE_ROLE, name: 'stagecue-test-ended' })
    await pool.end()
    const { app, post } = webhookApp({ clock, intake: pool })
    expect(await post([stageChange(1)])).toMatchObject({ status: 503, code: 'database_unavailable' })
    await app.close()
  })

  test('a connection cut in the middle of a statement is 503, and the repeated delivery is stored once', async () => {
    const portalId = await newPortal(db, clock)
    const release = await holdLane(portalId, 'deal:99')
    const delivery = [stageChange(portalId, { objectId: 99 })]
    const cut = main.post(delivery)
    await vi.waitUntil(async () => (await waitingForLock()) === 1)
    await intake.owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
         and wait_event_type = 'Lock' and application_name = 'stagecue-test-intake'`,
    )
    expect(await cut).toMatchObject({ status: 503, code: 'database_unavailable' })
    await release()
    expect(await main.post(delivery)).toMatchObject({ status: 204 })
    expect(await intake.ledger(portalId)).toHaveLength(1)
  })
})

test('a fault that is not the data is never taken for a poisoned event', async () => {
  const portalId = await newPortal(db, clock)
  main.counts.reset()
  await intake.owner.query('revoke insert on events from stagecue_intake')
  const refused = await main.post([stageChange(portalId), stageChange(portalId)])
  await intake.owner.query('grant insert on events to stagecue_intake')
  expect(refused).toMatchObject({ status: 500, code: 'internal' })
  expect(main.counts.allEvents()).toEqual({})
})

test('batches over the same facts in opposite order do not block each other for good', async () => {
  const portalId = await newPortal(db, clock)
  const facts = Array.from({ length: 60 }, (_, index) => stageChange(portalId, { objectId: 1 + (index % 7) }))
  const apart = Array.from({ length: 4 }, () => webhookApp({ clock, intake: intake.pool }))
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, round) => apart[round % 4]?.post(round % 2 ? facts : facts.toReversed())),
  )
  expect(answers.map((answer) => answer?.status)).toEqual(Array(24).fill(204))
  const counted = apart.map(({ counts }) => counts)
  expect(counted.reduce((sum, counts) => sum + counts.events('stored'), 0)).toBe(60)
  expect(counted.reduce((sum, counts) => sum + counts.events('duplicate'), 0)).toBe(60 * 23)
  expect((await intake.lanes(portalId)).map((lane) => lane.key)).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((id) => `deal:${id}`),
  )
  await Promise.all(apart.map(({ app }) => app.close()))
})

test('the intake role cannot read a payload or a token', async () => {
  await expect(intake.pool.query('select payload from events')).rejects.toThrow(/permission denied/)
  await expect(intake.pool.query('select * from oauth_tokens')).rejects.toThrow(/permission denied/)
})
