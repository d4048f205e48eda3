import { randomUUID } from 'node:crypto'
import { type Migration, Migrator } from 'kysely/migration'
import pg from 'pg'
import { afterEach, expect, inject, test } from 'vitest'
import { openDatabase, openPool } from '#db/database.ts'
import { migrate } from '#db/migrate.ts'
import { migrations } from '#db/migrations/index.ts'
import { createDatabase, dropDatabase } from '#test/support/with-database.ts'

const { adminUrl } = inject('postgres')
const name = `u_${randomUUID().replaceAll('-', '')}`
const login = `u_owner_${randomUUID().slice(0, 8)}`

async function query<T>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client(url)
  await client.connect()
  return client
    .query(statement)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}

/** As an installation that ran before there were senders, owned by a role that row-level security holds for, too. */
async function olderDatabase(): Promise<string> {
  await createDatabase(adminUrl, name)
  await query(adminUrl, `create role "${login}" login createrole password 'pw'`)
  await query(adminUrl, `alter database "${name}" owner to "${login}"`)
  for (const role of ['stagecue_app', 'stagecue_intake', 'stagecue_dispatch']) {
    await query(adminUrl, `grant ${role} to "${login}"`)
  }
  const url = new URL(adminUrl.replace(/\/postgres$/, `/${name}`))
  await query(url.href, `grant all on schema public to "${login}"`)
  url.username = login
  url.password = 'pw'
  const older: Record<string, Migration> = Object.fromEntries(
    Object.entries(migrations).filter(([key]) => key < '0014'),
  )
  const db = openDatabase(openPool({ url: url.href, size: 2, role: null, name: 'older' }))
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => older } }).migrateToLatest()
  await db.destroy()
  expect(error).toBeUndefined()
  return url.href
}

afterEach(async () => {
  await dropDatabase(adminUrl, name)
  await query(adminUrl, `drop owned by "${login}"`)
  await query(adminUrl, `drop role "${login}"`)
})

test('an account from before there were senders gets its own as the default, and so does one that connects later', async () => {
  const url = await olderDatabase()
  const admin = adminUrl.replace(/\/postgres$/, `/${name}`)
  const connect = (portalId: number) =>
    query(
      admin,
      `insert into installations (portal_id, status, status_at, connected_at) values (${portalId}, 'connected', now(), now())`,
    )
  await connect(71)
  await connect(72)
  expect(await migrate(url)).toContain('0014_senders')
  // Later their pipelines began to be read by themselves.
  expect(await query(admin, 'select portal_id, kind from lanes order by 1')).toEqual([
    { portal_id: '71', kind: 'pipelines' },
    { portal_id: '72', kind: 'pipelines' },
  ])
  await connect(73)
  expect(
    await query(admin, 'select portal_id, address, is_default, active, daily_cap from senders order by portal_id'),
  ).toEqual(
    [71, 72, 73].map((portalId) => ({
      portal_id: String(portalId),
      address: null,
      is_default: true,
      active: true,
      daily_cap: null,
    })),
  )
  const [wall] = await query<{ forced: boolean }>(
    admin,
    "select relforcerowsecurity as forced from pg_class where relname = 'installations'",
  )
  expect(wall).toEqual({ forced: true })
})
