import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestPostgres, type TestPostgres } from '#test/support/test-postgres.ts'
import { createDatabase, dropDatabase } from '#test/support/with-database.ts'

let server: TestPostgres

beforeAll(async () => {
  server = await startTestPostgres()
})

afterAll(() => server.stop())

test('a database copies its template, and a busy one is dropped once its connections have closed', async () => {
  await createDatabase(server.url(), 'model "one"')
  await query(server.url('model "one"'), 'create table marks as select 7 as mark')
  await createDatabase(server.url(), 'copy', 'model "one"')
  expect(await query(server.url('copy'), 'select mark from marks')).toEqual([{ mark: 7 }])

  const busy = new pg.Client({ connectionString: server.url('copy') })
  await busy.connect()
  const dropped = dropDatabase(server.url(), 'copy')
  await busy.end()
  await dropped
  await dropDatabase(server.url(), 'copy')
  expect(await query(server.url(), "select 1 from pg_database where datname = 'copy'")).toEqual([])
})

test('two databases are made from one template at once', async () => {
  await createDatabase(server.url(), 'template')
  await Promise.all([
    createDatabase(server.url(), 'left', 'template'),
    createDatabase(server.url(), 'right', 'template'),
  ])
  expect(await query(server.url('right'), 'select 1 as one')).toEqual([{ one: 1 }])
})

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}
