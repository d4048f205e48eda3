import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { expect, test } from 'vitest'
import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { enrollContact } from '#modules/enrollments/enroll-contact.ts'
import { disconnect } from '#modules/installations/disconnect.ts'
import { getConnection } from '#modules/installations/get-connection.ts'
import { useDatabase } from '#test/support/database.ts'
import { untilSomebodyWaits } from '#test/support/until-somebody-waits.ts'
import { startWorld, storeInstallation } from './world.ts'

const database = useDatabase()
const { db } = database

const asUser = (portalId: number): PortalContext => ({
  portalId,
  actor: { kind: 'user', userId: '9', email: 'admin@example.com' },
  requestId: 'r1',
})

/** A portal in the middle of work: a mapping, an enrolled contact, a waiting event. */
async function addWork(deps: Deps, portalId: number): Promise<void> {
  const now = deps.clock()
  const [sequenceId, contactId] = [deps.ids(), deps.ids()]
  const definition = {
    steps: [{ id: 's1', kind: 'wait' as const, amount: 2, unit: 'days' as const }],
    stopWhenStageLeft: true,
  }
  const own = { portalId, createdAt: now, updatedAt: now }
  await inPortal(db, portalId, async (trx) => {
    const draft = JSON.stringify(definition)
    await trx
      .insertInto('sequences')
      .values({ ...own, id: sequenceId, name: 'Follow up', status: 'active', version: 1, draft })
      .execute()
    await trx
      .insertInto('sequenceVersions')
      .values({ portalId, sequenceId, version: 1, definition: draft, publishedAt: now, publishedBy: null })
      .execute()
    await trx
      .insertInto('mappings')
      .values({ portalId, pipelineId: 'default', stageId: 'won', sequenceId, active: true, updatedAt: now })
      .execute()
    await trx
      .insertInto('contacts')
      .values({
        portalId,
        id: contactId,
        contactId: '51',
        email: 'ada@example.com',
        firstName: 'Ada',
        lastName: null,
        phone: null,
        company: null,
        readAt: now,
      })
      .execute()
    await trx
      .insertInto('events')
      .values({
        portalId,
        occurredAt: now,
        subscriptionType: 'deal.propertyChange',
        objectId: '7',
        dedupeHash: randomBytes(32),
        laneKey: '7',
        dealId: '7',
        payload: '{}',
        reasonCode: null,
        reason: null,
        receivedAt: now,
        processedAt: null,
      })
      .execute()
    await wakeLane(trx, portalId, 'events', '7', now)
    await enrollContact(deps, trx, asUser(portalId), {
      sequence: { id: sequenceId, name: 'Follow up', version: 1, definition },
      dealId: '7',
      contact: { id: contactId, contactId: '51' },
      entry: null,
    })
  })
}

/** What is left in every table that the disconnect touches or must not touch. */
async function look(portalId: number) {
  return inPortal(db, portalId, async (trx) => {
    const [enrollment] = await trx.selectFrom('enrollments').select(['status', 'stopReason']).execute()
    const [stepRun] = await trx.selectFrom('stepRuns').select('status').execute()
    const [event] = await trx.selectFrom('events').select(['status', 'reason']).execute()
    const lanes = await trx.selectFrom('lanes').select(['kind', 'key']).execute()
    const mappings = await trx.selectFrom('mappings').select('active').execute()
    const contacts = await trx.selectFrom('contacts').select('email').execute()
    return { enrollment, stepRun, event, lanes, mappings, contacts }
  })
}

test('a disconnect erases the tokens, stops what runs, and keeps mappings, contacts and history', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const { deps } = world.process()
  await addWork(deps, portalId)
  expect(await disconnect(deps, asUser(portalId))).toEqual({ uninstalled: true, revoked: true })
  expect(await world.tokenRow(portalId)).toBeUndefined()
  expect(world.sandbox.tokens.refreshToken(portalId)).toBeNull()
  expect(await look(portalId)).toEqual({
    enrollment: { status: 'stopped', stopReason: 'disconnected' },
    stepRun: { status: 'canceled' },
    event: { status: 'ignored', reason: 'HubSpot was disconnected.' },
    // The stop is told on HubSpot's timeline if the portal comes back.
    lanes: [{ kind: 'timeline', key: WHOLE_PORTAL }],
    mappings: [{ active: true }],
    contacts: [{ email: 'ada@example.com' }],
  })
  expect(await getConnection(deps, asUser(portalId))).toMatchObject({
    status: 'disconnected',
    reason: 'Disconnected by admin@example.com. Connect the account again to go on.',
  })
  expect((await world.activities(portalId)).slice(-2)).toEqual(['enrollment.stopped', 'installation.disconnected'])
})

/** So many more contacts in the same sequence, each with a planned step; every tenth has ended before. */
async function addContacts(portalId: number, count: number): Promise<void> {
  await inPortal(db, portalId, async (trx) => {
    await sql`
      with told as (
        insert into contacts (portal_id, id, contact_id, email, read_at)
        select ${portalId}, gen_random_uuid(), 'c' || n, 'person' || n || '@example.com', now()
        from generate_series(1, ${count}::int) n returning id, contact_id
      ), joined as (
        insert into enrollments (portal_id, id, sequence_id, version, deal_id, contact_id, source, status, enrolled_at, updated_at,
          step_position, step_count)
        select e.portal_id, gen_random_uuid(), e.sequence_id, e.version, e.deal_id, t.id, 'stage',
          case when t.contact_id like '%0' then 'completed' else 'active' end, e.enrolled_at, e.updated_at, 0, 1
        from enrollments e, told t returning portal_id, id, status
      )
      insert into step_runs (portal_id, id, enrollment_id, step_id, position, kind, status, due_at, why)
      select portal_id, gen_random_uuid(), id, 's1', 0, 'wait', 'scheduled', now(), 'Waits.' from joined where status = 'active'
    `.execute(trx)
  })
}

test('thousands that run are stopped one and all, each with a line of its own, and who had ended stays as it was', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const { deps } = world.process()
  await addWork(deps, portalId)
  await addContacts(portalId, 2_100)
  await disconnect(deps, asUser(portalId))
  const counted = await inPortal(db, portalId, async (trx) => {
    const { rows } = await sql`
      select e.status, count(*)::int as enrollments, count(distinct a.enrollment_id)::int as told, count(a.id)::int as lines,
        count(*) filter (where r.status = 'canceled')::int as canceled
      from enrollments e
      left join activities a on a.portal_id = e.portal_id and a.enrollment_id = e.id and a.kind = 'enrollment.stopped'
      left join step_runs r on r.portal_id = e.portal_id and r.enrollment_id = e.id
      group by e.status order by e.status
    `.execute(trx)
    return rows
  })
  expect(counted).toEqual([
    { status: 'completed', enrollments: 210, told: 0, lines: 0, canceled: 0 },
    { status: 'stopped', enrollments: 1_891, told: 1_891, lines: 1_891, canceled: 1_891 },
  ])
  const [last] = (await world.activities(portalId)).slice(-1)
  expect(last).toBe('installation.disconnected')
})

test('what is stopped together is locked in the order of its ids, as everybody locks it', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const { deps } = world.process()
  await addWork(deps, portalId)
  await addContacts(portalId, 900)
  // With statistics, as after some minutes, Postgres reads whole tables, and would lock as they lie.
  const owner = new pg.Client(database.url)
  await owner.connect()
  await owner.query('analyze enrollments, contacts, sequences')
  await owner.end()
  let stopping: Promise<unknown> | undefined
  await inPortal(db, portalId, async (trx) => {
    const open = await trx.selectFrom('enrollments').where('status', '=', 'active').select('id').orderBy('id').execute()
    const lock = (id = '') => sql`select from enrollments where id = ${id} for update nowait`.execute(trx)
    await lock(open[0]?.id)
    stopping = disconnect(deps, asUser(portalId))
    await untilSomebodyWaits(database.url)
    // The disconnect waits for the first one, so it may hold none of the others: this one would not wait for it.
    for (const { id } of open.slice(1)) await lock(id)
  })
  await stopping
  const left = await inPortal(db, portalId, (trx) =>
    trx.selectFrom('enrollments').where('status', '=', 'active').select('id').execute(),
  )
  expect(left).toEqual([])
})

test('another portal is not touched', async () => {
  const world = await startWorld(database)
  const [one, two] = [await world.connect(), await world.connect()]
  const { deps, tokens } = world.process()
  await addWork(deps, two.portalId)
  const before = await look(two.portalId)
  await disconnect(deps, asUser(one.portalId))
  expect(await look(two.portalId)).toEqual(before)
  expect(await tokens.accessToken(two.portalId)).toBe(two.accessToken)
})

test('a second disconnect changes nothing and calls nobody', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const { deps } = world.process()
  await disconnect(deps, asUser(portalId))
  const calls = world.sandbox.journal.entries.length
  expect(await disconnect(deps, asUser(portalId))).toEqual({ uninstalled: false, revoked: false })
  expect(world.sandbox.journal.entries.length).toBe(calls)
  expect(await world.activities(portalId)).toEqual(['installation.connected', 'installation.disconnected'])
})

test('two disconnects at once are one', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const processes = [world.process(), world.process()]
  for (const { deps } of processes.slice(0, 1)) await addWork(deps, portalId)
  await Promise.all(processes.map(({ deps }) => disconnect(deps, asUser(portalId))))
  const activities = await world.activities(portalId)
  expect(activities.filter((kind) => kind === 'installation.disconnected')).toHaveLength(1)
  expect(activities.filter((kind) => kind === 'enrollment.stopped')).toHaveLength(1)
})

test('an unreachable HubSpot keeps nobody connected', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const { deps } = world.process()
  world.sandbox.faults.add({ match: {}, kind: 'html', status: 503, times: Number.POSITIVE_INFINITY })
  expect(await disconnect(deps, asUser(portalId))).toEqual({ uninstalled: false, revoked: false })
  expect((await world.installation(portalId))?.status).toBe('disconnected')
  expect(await world.tokenRow(portalId)).toBeUndefined()
})

test('a disconnect with an access token that has ended removes the app all the same', async () => {
  const world = await startWorld(database, { rotate: true })
  const { portalId } = await world.connect()
  const { deps } = world.process()
  world.clock.passes({ hours: 3 })
  expect(await disconnect(deps, asUser(portalId))).toEqual({ uninstalled: true, revoked: true })
  expect(world.sandbox.tokens.refreshToken(portalId)).toBeNull()
})

test('no call of any process starts after a disconnect, even with a token in memory', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const other = world.process()
  const call = { method: 'GET', path: '/crm/objects/2026-09/deals', family: 'crm', repeatable: true } as const
  await other.hubspot.call(portalId, call)
  await disconnect(world.process().deps, asUser(portalId))
  const calls = world.sandbox.journal.entries.length
  await expect(other.hubspot.call(portalId, call)).rejects.toMatchObject({ code: 'installation_revoked' })
  expect(world.sandbox.journal.entries.length).toBe(calls)
})

test('connecting again after a disconnect begins anew with the same mappings and resumes no enrollment', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const { deps } = world.process()
  await addWork(deps, portalId)
  await disconnect(deps, asUser(portalId))
  world.clock.passes({ hours: 24 })
  await storeInstallation(deps, portalId, world.sandbox.install(portalId))
  expect(await look(portalId)).toMatchObject({
    enrollment: { status: 'stopped' },
    event: { status: 'ignored' },
    mappings: [{ active: true }],
  })
  expect(await getConnection(deps, asUser(portalId))).toMatchObject({
    status: 'connected',
    connectedAt: '2026-11-24T09:00:00Z',
  })
})
