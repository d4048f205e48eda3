import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { migrate } from '#db/migrate.ts'
import { noticeRestore } from '#modules/restores/notice-restore.ts'
import { makeDeps, TestClock } from '#test/support/deps.ts'
import { type RestorablePostgres, startRestorablePostgres } from '#test/support/restorable-postgres.ts'

let postgres: RestorablePostgres

beforeAll(async () => {
  postgres = await startRestorablePostgres()
}, 60_000)
afterAll(() => postgres.stop())

/** A start of the app: a pool of its own, as the app's role. */
async function start(clock: TestClock): Promise<boolean> {
  const db = openDatabase(openPool({ url: postgres.url('postgres'), size: 1, role: APP_ROLE, name: 'stagecue-test' }))
  try {
    return await noticeRestore(makeDeps({ db, clock }))
  } finally {
    await db.destroy()
  }
}

async function run(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url('postgres') })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

test('a standby that took over is noticed at once, before its first checkpoint, and once', {
  timeout: 60_000,
}, async () => {
  const clock = new TestClock()
  const passes = () => clock.passes({ minutes: 1 })
  await migrate(postgres.url('postgres'))
  expect(await start(clock)).toBe(false)
  const backup = await postgres.backUp(() =>
    run("create table ballast as select repeat('x', 2000) as text from generate_series(1, 4000)"),
  )
  passes()
  expect(await start(clock)).toBe(false)
  await postgres.takeOver(backup)
  passes()
  expect(await start(clock)).toBe(true)
  passes()
  expect(await start(clock)).toBe(false)
  await run('checkpoint')
  passes()
  expect(await start(clock)).toBe(false)
})
