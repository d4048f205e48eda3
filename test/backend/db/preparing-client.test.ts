import { sql } from 'kysely'
import pg from 'pg'
import { expect, test } from 'vitest'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { newPortal, TestClock } from '#test/support/deps.ts'

const { db, url } = useDatabase({ connections: 1 })

async function prepared(): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db)
  return rows.map(({ statement }) => statement)
}

const answers = async (values: readonly number[], ask: (value: number) => Promise<{ rows: unknown[] }>) => {
  const found: unknown[] = []
  for (const value of values) found.push(...(await ask(value)).rows)
  return found
}

test('a statement that comes again and again is prepared, a rare one is not, and both answer the same', async () => {
  const often = (value: number) => sql`select ${value}::int * 2 as doubled`.execute(db)
  const values = [1, 2, 3, 4, 5, 6, 7]
  expect(await answers(values, often)).toEqual(values.map((value) => ({ doubled: value * 2 })))
  expect(await answers([8, 9], (value) => sql`select ${value}::int * 3 as rare`.execute(db))).toEqual([
    { rare: 24 },
    { rare: 27 },
  ])
  const texts = await prepared()
  expect(texts.filter((text) => text.includes('as doubled'))).toHaveLength(1)
  expect(texts.filter((text) => text.includes('as rare'))).toHaveLength(0)
})

test('one connection that serves two portals in turn shows each its own rows, prepared or not', async () => {
  const clock = new TestClock()
  const portals = [await newPortal(db, clock), await newPortal(db, clock)]
  for (let turn = 0; turn < 12; turn++) {
    const portalId = portals[turn % 2] ?? 0
    const seen = await inPortal(db, portalId, (trx) =>
      sql<{ portalId: number }>`select portal_id from installations where status = ${'connected'}`.execute(trx),
    )
    expect(seen.rows).toEqual([{ portalId }])
  }
})

test('a failed statement leaves its connection usable', async () => {
  const ask = (value: number) => sql`select 10 / ${value}::int as share`.execute(db)
  await answers([1, 2, 5, 10], ask)
  await expect(ask(0)).rejects.toThrow('division by zero')
  expect((await ask(5)).rows).toEqual([{ share: 2 }])
})

test('a table that a migration changes under a prepared statement is read again in the same call', async () => {
  const owner = new pg.Client(url)
  await owner.connect()
  await owner.query(`create table changing (portal_id bigint, one int); grant select on changing to ${APP_ROLE}`)
  const portalId = await newPortal(db, new TestClock())
  const read = () => inPortal(db, portalId, (trx) => sql`select * from changing where one = ${1}`.execute(trx))
  await owner.query('insert into changing values (1, 1)')
  for (let time = 0; time < 6; time++) expect((await read()).rows).toEqual([{ portalId: 1, one: 1 }])
  await owner.query('alter table changing add column two int default 2')
  expect((await read()).rows).toEqual([{ portalId: 1, one: 1, two: 2 }])
  await owner.query('drop table changing')
  await owner.end()
})

test('a connection keeps a limited number of them', async () => {
  const narrow = openDatabase(openPool({ url, size: 1, role: APP_ROLE, name: 'stagecue-test' }))
  for (let text = 0; text < 230; text++) {
    for (let time = 0; time < 4; time++) await sql`select ${time}::int as ${sql.ref(`n${text}`)}`.execute(narrow)
  }
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_prepared_statements`.execute(
    narrow,
  )
  expect(rows).toEqual([{ count: 200 }])
  await narrow.destroy()
})
