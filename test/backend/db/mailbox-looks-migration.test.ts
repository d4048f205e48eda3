import { randomUUID } from 'node:crypto'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { openDatabase, openPool } from '#db/database.ts'
import { migrate } from '#db/migrate.ts'
import { migrations } from '#db/migrations/index.ts'
import { createDatabase, dropDatabase } from '#test/support/with-database.ts'

const { adminUrl } = inject('postgres')

/** Ada writes by a mail server of her own, Bob by the installation's; both domains have passed. */
const BEFORE = `
  insert into installations (portal_id, status, status_at, scopes, connected_at) values (1, 'connected', now(), '{}', now());
  insert into senders (portal_id, id, address, smtp_host, smtp_port, smtp_tls, created_at, updated_at)
    values (1, gen_random_uuid(), 'ada@acme.com', 'smtp.acme.com', 465, 'tls', now(), now()),
      (1, gen_random_uuid(), 'bob@b.com', null, null, null, now(), now());
  insert into sending_domains (portal_id, domain, report, checked_at, passed, proven)
    values (1, 'acme.com', '[]', now(), true, true), (1, 'b.com', '[]', now(), true, true);
`

test('a pass that SPF of a mail server of its own may have given is taken back', async () => {
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
    const db = openDatabase(openPool({ url: owned, size: 1, role: null, name: 'test' }))
    const earlier = Object.fromEntries(Object.entries(migrations).filter(([one]) => one < '0022'))
    await new Migrator({ db, provider: { getMigrations: async () => earlier } }).migrateToLatest()
    await db.destroy()
    await admin.query(BEFORE)
    expect(await migrate(owned)).toContain('0022_mailbox-looks')
    const domains = await admin.query('select domain, passed, proven, checked_at is null as anew from sending_domains')
    expect(domains.rows).toEqual(
      expect.arrayContaining([
        { domain: 'acme.com', passed: false, proven: true, anew: true },
        { domain: 'b.com', passed: true, proven: true, anew: false },
      ]),
    )
    const walls = await admin.query(
      "select bool_and(relforcerowsecurity) as forced from pg_class where relname in ('senders', 'sending_domains')",
    )
    expect(walls.rows).toEqual([{ forced: true }])
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
