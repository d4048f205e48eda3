import { randomUUID } from 'node:crypto'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { openDatabase, openPool } from '#db/database.ts'
import { migrate } from '#db/migrate.ts'
import { migrations } from '#db/migrations/index.ts'
import { createDatabase, dropDatabase } from './with-database.ts'

export interface Upgrade {
  readonly adminUrl: string
  /** The number of the first migration that the database does not have yet, such as `0022`. */
  readonly until: string
  /** SQL that fills the database as it was then. */
  readonly before: string
}

/**
 * A database of its own that was used at an earlier version and is brought up to date, by an owner whom row-level security
 * holds, too. `look` gets a connection that sees everything, and the names of the migrations that ran.
 */
export async function withUpgraded(
  { adminUrl, until, before }: Upgrade,
  look: (admin: pg.Client, applied: readonly string[]) => Promise<void>,
): Promise<void> {
  const [name, login] = [`m_${randomUUID().replaceAll('-', '')}`, `login_${randomUUID().slice(0, 8)}`]
  await createDatabase(adminUrl, name)
  const url = new URL(adminUrl.replace(/\/postgres$/, `/${name}`))
  const admin = new pg.Client(url.href)
  await admin.connect()
  try {
    await admin.query(`create role "${login}" login createrole password 'secret'`)
    await admin.query(`grant stagecue_app, stagecue_intake, stagecue_dispatch to "${login}"`)
    await admin.query(`alter database "${name}" owner to "${login}"`)
    const owned = Object.assign(new URL(url), { username: login, password: 'secret' }).href
    await migrateUntil(owned, until)
    await admin.query(before)
    await look(admin, await migrate(owned))
  } finally {
    await admin.query(`reassign owned by "${login}" to current_user`)
    await admin.end()
    await dropDatabase(adminUrl, name)
    await dropRole(adminUrl, login)
  }
}

async function migrateUntil(url: string, until: string): Promise<void> {
  const db = openDatabase(openPool({ url, size: 1, role: null, name: 'test' }))
  const earlier = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < until))
  await new Migrator({ db, provider: { getMigrations: async () => earlier } }).migrateToLatest()
  await db.destroy()
}

/** It stays where another database of the cluster still knows it. */
async function dropRole(adminUrl: string, login: string): Promise<void> {
  const client = new pg.Client(adminUrl)
  await client.connect()
  await client.query(`drop role "${login}"`).catch(() => {})
  await client.end()
}
