import { createHmac } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { APP_ROLE, openPool } from '#db/database.ts'
import { stageChange } from '#test/backend/events/webhook-app.ts'
import { useDatabase } from '#test/support/database.ts'
import { PUBLIC_URL, useRealApp } from '#test/support/real-app.ts'

const PORTAL = 8001
const database = useDatabase()
const real = useRealApp(database)
const owner = new pg.Pool({ connectionString: database.url, max: 1 })
beforeAll(() => real.connects(PORTAL))
afterAll(() => owner.end())

async function post(events: object[]) {
  const url = '/webhooks/hubspot'
  const payload = JSON.stringify(events)
  const timestamp = String(real.deps.clock().epochMilliseconds)
  const signature = createHmac('sha256', real.config.hubspot.clientSecrets[0])
    .update(`POST${PUBLIC_URL}${url}${payload}${timestamp}`)
    .digest('base64')
  const signed = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp }
  return real.app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...signed } })
}

async function stored(): Promise<number> {
  const { rows } = await owner.query<{ count: number }>('select count(*)::int as count from events')
  return rows[0]?.count ?? -1
}

// As Postgres raises them: a full disk, no memory, no connection left, read-only after a failover.
test.each(['53100', '53200', '53300', '25006'])(
  'while the database answers %s no event is acknowledged, and the same delivery is stored afterwards',
  async (state) => {
    const before = await stored()
    const delivery = [stageChange(PORTAL), stageChange(PORTAL)]
    await owner.query(`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = '${state}'; end $$`)
    await owner.query('create trigger refuse before insert on events for each row execute function refuse()')
    try {
      const answer = await post(delivery)
      expect(answer.statusCode).toBe(503)
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      expect(answer.json()).toMatchObject({ ok: false, error: { code: 'database_unavailable' } })
    } finally {
      await owner.query('drop function refuse cascade')
    }
    expect(await stored()).toBe(before)
    expect((await post(delivery)).statusCode).toBe(204)
    expect(await stored()).toBe(before + 2)
  },
)

test('a connection that breaks while a transaction thinks fails the next statement, not the process', async () => {
  const pool = openPool({ url: database.url, size: 1, role: APP_ROLE, name: 'stagecue-test-broken' })
  const client = await pool.connect()
  try {
    await client.query('begin')
    const ended = vi.fn()
    client.once('end', ended)
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'stagecue-test-broken'`,
    )
    await vi.waitFor(() => expect(ended).toHaveBeenCalled())
    await expect(client.query('select 1')).rejects.toThrow()
  } finally {
    client.release(true)
  }
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})
