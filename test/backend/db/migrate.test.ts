import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterEach, expect, inject, test } from 'vitest'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { migrate } from '#db/migrate.ts'
import { migrations } from '#db/migrations/index.ts'
import { createDatabase, dropDatabase } from '#test/support/with-database.ts'

const { adminUrl } = inject('postgres')
const made: string[] = []
const logins: string[] = []

async function emptyDatabase(owner?: string): Promise<string> {
  const name = `m_${randomUUID().replaceAll('-', '')}`
  made.push(name)
  await createDatabase(adminUrl, name)
  if (owner) await asAdmin(`alter database "${name}" owner to "${owner}"`)
  return adminUrl.replace(/\/postgres$/, `/${name}`)
}

async function asAdmin(statement: string, url = adminUrl): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

afterEach(async () => {
  for (const name of made.splice(0)) await dropDatabase(adminUrl, name)
  for (const login of logins.splice(0)) {
    await asAdmin(`reassign owned by "${login}" to current_user`)
    await asAdmin(`drop role "${login}"`).catch(() => {})
  }
})

test('two processes migrating at once end with one migrated database', async () => {
  const url = await emptyDatabase()
  const ran = (await Promise.all([migrate(url), migrate(url), migrate(url)])).flat()
  expect(ran).toEqual(Object.keys(migrations))
  expect(await migrate(url)).toEqual([])
})

test('a database newer than the code is refused by name', async () => {
  const url = await emptyDatabase()
  await migrate(url)
  await asAdmin("insert into kysely_migration (name, timestamp) values ('0099_from-the-future', '2030-01-01')", url)
  await expect(migrate(url)).rejects.toThrow(/newer than this version.*0099_from-the-future/)
})

test('a login that is no superuser but may create roles is enough', async () => {
  const login = `login_${randomUUID().slice(0, 8)}`
  logins.push(login)
  await asAdmin(`create role "${login}" login createrole password 'secret'`)
  // The roles belong to the server and other tests made them: as an administrator would, hand them on.
  await asAdmin(`grant stagecue_app, stagecue_intake, stagecue_dispatch to "${login}"`)
  const url = new URL(await emptyDatabase(login))
  url.username = login
  url.password = 'secret'
  expect(await migrate(url.href)).toEqual(Object.keys(migrations))
  const db = openDatabase(openPool({ url: url.href, size: 1, role: APP_ROLE, name: 'test' }))
  expect(await inPortal(db, 1, (trx) => trx.selectFrom('installations').select('portalId').execute())).toEqual([])
  await db.destroy()
})
