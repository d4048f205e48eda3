import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()

test('every table with a portal_id is walled, forced, and has the portal first in its keys', async () => {
  const { rows } = await sql<{
    table: string
    enabled: boolean
    forced: boolean
    policies: number
    badKeys: string[] | null
  }>`
    select c.relname as table, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid and p.polname = 'portal_wall') as policies,
      (select array_agg(i.indexrelid::regclass::text) from pg_index i
        join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where i.indrelid = c.oid and i.indisunique and a.attname <> 'portal_id') as bad_keys
    from pg_class c join pg_attribute t on t.attrelid = c.oid and t.attname = 'portal_id'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1
  `.execute(db)
  expect(rows.length).toBeGreaterThan(20)
  for (const row of rows) expect(row).toMatchObject({ enabled: true, forced: true, policies: 1, badKeys: null })
})

test('only the tables named here have no portal', async () => {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
      and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'portal_id') order by 1
  `.execute(db)
  expect(rows.map((row) => row.name)).toEqual([
    'database_identities',
    'kysely_migration',
    'kysely_migration_lock',
    'mailbox_positions',
    'oauth_states',
  ])
})

test('foreign keys carry the portal', async () => {
  const { rows } = await sql<{ name: string }>`
    select conname as name from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
      and (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]) <> 'portal_id'
  `.execute(db)
  expect(rows).toEqual([])
})

test('the app runs as a role that owns nothing and cannot step over the wall', async () => {
  const { rows } = await sql<{ role: string; owns: number; super: boolean; bypass: boolean }>`
    select current_user as role, (select count(*)::int from pg_class where relowner = r.oid) as owns, r.rolsuper as super, r.rolbypassrls as bypass
    from pg_roles r where r.rolname = current_user
  `.execute(db)
  expect(rows[0]).toEqual({ role: 'stagecue_app', owns: 0, super: false, bypass: false })
})

test('without a portal there are zero rows, with another portal too', async () => {
  const mine = await newPortal(db, clock)
  const other = await newPortal(db, clock)
  expect(await db.selectFrom('installations').select('portalId').execute()).toEqual([])
  const seen = await inPortal(db, other, (trx) => trx.selectFrom('installations').select('portalId').execute())
  expect(seen).toEqual([{ portalId: other }])
  await expect(
    inPortal(db, other, (trx) =>
      trx
        .insertInto('admins')
        .values({ portalId: mine, email: 'x@example.com', addedAt: clock.read(), addedBy: null })
        .execute(),
    ),
  ).rejects.toThrow(/row-level security/)
})

test('a portal never stays on a pooled connection', async () => {
  const one = await newPortal(db, clock)
  const two = await newPortal(db, clock)
  const rounds = Array.from({ length: 400 }, (_, index) => (index % 2 ? one : two))
  const seen = await Promise.all(
    rounds.map((portalId) =>
      inPortal(db, portalId, (trx) => trx.selectFrom('installations').select('portalId').execute()),
    ),
  )
  expect(seen.map((rows) => rows.map((row) => row.portalId))).toEqual(rounds.map((portalId) => [portalId]))
  expect(await db.selectFrom('installations').select('portalId').execute()).toEqual([])
})
