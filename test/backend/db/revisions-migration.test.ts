import { randomUUID } from 'node:crypto'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { openDatabase, openPool } from '#db/database.ts'
import { migrate } from '#db/migrate.ts'
import { migrations } from '#db/migrations/index.ts'
import { createDatabase, dropDatabase } from '#test/support/with-database.ts'

const { adminUrl } = inject('postgres')

const BEFORE = `
  insert into installations (portal_id, status, status_at, scopes, connected_at) values (1, 'connected', now(), '{}', now());
  insert into sequences (portal_id, id, name, status, draft, created_at, updated_at)
    values (1, '00000000-0000-0000-0000-000000000001', 'S', 'draft', '{}', now(), now());
  insert into mappings (portal_id, pipeline_id, stage_id, sequence_id, active, updated_at)
    values (1, 'sales', 'won', '00000000-0000-0000-0000-000000000001', true, '2026-01-02T03:04:05Z');
`

test('a mapping from before there were revisions is told apart from a stage without one', async () => {
  const [name, login] = [`m_${randomUUID().replaceAll('-', '')}`, `login_${randomUUID().slice(0, 8)}`]
  await createDatabase(adminUrl, name)
  const url = new URL(adminUrl.replace(/\/postgres$/, `/${name}`))
  const admin = new pg.Client(url.href)
  await admin.connect()
  try {
    // An owner that row-level security holds for, too.
    await admin.query(`create role "${login}" login createrole password 'secret'`)
    await admin.query(`grant stagecue_app, stagecue_intake, stagecue_dispatch to "${login}"`)
    await admin.query(`alter database "${name}" owner to "${login}"`)
    const owned = Object.assign(new URL(url), { username: login, password: 'secret' }).href
    const db = openDatabase(openPool({ url: owned, size: 1, role: null, name: 'test' }))
    const earlier = Object.fromEntries(Object.entries(migrations).filter(([one]) => one < '0026'))
    await new Migrator({ db, provider: { getMigrations: async () => earlier } }).migrateToLatest()
    await db.destroy()
    await admin.query(BEFORE)
    expect(await migrate(owned)).toContain('0026_setting-revisions')
    const { rows } = await admin.query('select setting, subject, revision, removed, changed_at from setting_revisions')
    const changedAt = new Date('2026-01-02T03:04:05Z')
    expect(rows).toEqual([
      { setting: 'mapping', subject: 'sales\nwon', revision: 1, removed: false, changed_at: changedAt },
    ])
  } finally {
    await admin.query(`reassign owned by "${login}" to current_user`)
    await admin.end()
    await dropDatabase(adminUrl, name)
    const again = new pg.Client(adminUrl)
    await again.connect()
    await again.query(`drop role "${login}"`).catch(() => {})
    await again.end()
  }
})
