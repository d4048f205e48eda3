import { expect, test } from 'vitest'
import { STATUS_PROPERTIES, STATUS_SCOPES } from '#modules/hubspot-status/status-properties.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'
import { openStatusPortal } from './status-world.ts'

const database = useDatabase()
const world = useWorld(database)
const open = () => openStatusPortal(world, database)

const BATCH_UPDATES = (calls: string[]) => calls.filter((call) => call.endsWith('/batch/update'))

test('off is the default: nothing is queued, nothing is written, no lane is made', async () => {
  const portal = await open()
  await portal.enrolls()
  expect(await portal.query('select * from status_writes')).toEqual([])
  expect(await portal.query(`select * from lanes where kind = 'status'`)).toEqual([])
  expect(await portal.writes()).toBe(0)
  expect(BATCH_UPDATES(portal.calls())).toEqual([])
})

test('switched on, HubSpot gets the group, the properties and every record’s status', async () => {
  const portal = await open()
  const plannedFor = world.clock.read().toString({ fractionalSecondDigits: 3 })
  const { dealId, contactId } = await portal.enrolls()
  expect(await portal.switches(true)).toMatchObject({ enabled: true, permitted: true, waiting: 2, problem: null })
  expect(await portal.writes()).toBe(2)
  for (const [type, id] of [
    ['contacts', contactId],
    ['deals', dealId],
  ] as const) {
    expect(portal.record(type, id)).toEqual({
      stagecue_status: 'enrolled',
      stagecue_sequence: 'Sequence 1',
      stagecue_next_step_at: plannedFor,
    })
    const made = { groupName: 'stagecue', type: 'enumeration' }
    expect(portal.definitions(type).get('stagecue_status')).toMatchObject(made)
    expect([...portal.definitions(type).keys()]).toEqual(
      expect.arrayContaining(STATUS_PROPERTIES.map(({ name }) => name)),
    )
  }
  expect(await portal.query(`select * from lanes where kind = 'status'`)).toEqual([])
  expect(await portal.switches(true)).toMatchObject({ waiting: 2, lastWrittenAt: expect.any(String) })
})

test('many changes of a record are one write, the newest wins, and an unchanged value costs no call', async () => {
  const portal = await open()
  await portal.switches(true)
  const { dealId, contactId, enrollmentId } = await portal.enrolls()
  await portal.steers(enrollmentId, 'pause')
  await portal.writes()
  expect(portal.record('deals', dealId)).toEqual({ stagecue_status: 'paused', stagecue_sequence: 'Sequence 1' })
  expect(BATCH_UPDATES(portal.calls())).toHaveLength(2)
  await portal.steers(enrollmentId, 'resume')
  await portal.steers(enrollmentId, 'pause')
  expect(await portal.writes()).toBe(2)
  expect(BATCH_UPDATES(portal.calls())).toHaveLength(2)
  await portal.steers(enrollmentId, 'stop')
  await portal.writes()
  expect(portal.record('contacts', contactId)).toMatchObject({ stagecue_status: 'stopped' })
  expect(BATCH_UPDATES(portal.calls())).toHaveLength(4)
})

test('what changes while a batch is on its way is written next', async () => {
  const portal = await open()
  const { contactId, enrollmentId } = await portal.enrolls()
  await portal.switches(true)
  const { deps } = world
  const during = { ...deps, hubspot: { ...deps.hubspot } }
  let stopped = false
  during.hubspot.call = async (portalId, call) => {
    if (!stopped && call.path.endsWith('/batch/update')) {
      stopped = true
      await portal.steers(enrollmentId, 'stop')
    }
    return deps.hubspot.call(portalId, call)
  }
  await portal.writes(during)
  expect(portal.record('contacts', contactId)).toMatchObject({ stagecue_status: 'enrolled' })
  expect(await portal.query('select object_type from status_writes where pending order by 1')).toHaveLength(2)
  await portal.writes()
  expect(portal.record('contacts', contactId)).toMatchObject({ stagecue_status: 'stopped' })
  expect(await portal.query('select 1 from status_writes where pending')).toEqual([])
})

test('our own writes come back as no event', async () => {
  const portal = await open()
  const { dealId } = await portal.enrolls()
  await world.handlesEvents()
  const before = await portal.given.events()
  await portal.switches(true)
  await portal.writes()
  await world.handlesEvents()
  expect(await portal.given.events()).toEqual(before)
  expect(await portal.given.enrollments(dealId)).toHaveLength(1)
})

test('a record HubSpot no longer has is refused alone, and the others are written', async () => {
  const portal = await open()
  const gone = await portal.enrolls()
  const others = [await portal.enrolls(), await portal.enrolls()]
  world.sandbox.state.portals.get(portal.portalId)?.records.get('contacts')?.delete(gone.contactId)
  await portal.switches(true)
  await portal.writes()
  for (const { contactId } of others) expect(portal.record('contacts', contactId)).not.toEqual({})
  const refused = `select object_id, reason from status_writes where reason is not null`
  expect(await portal.query(refused)).toEqual([
    { objectId: gone.contactId, reason: 'HubSpot does not know this record any more.' },
  ])
  expect(await portal.query('select 1 from status_writes where pending')).toEqual([])
})

test('properties that an admin deleted are made again before any record counts as refused', async () => {
  const portal = await open()
  const { contactId, enrollmentId } = await portal.enrolls()
  await portal.switches(true)
  await portal.writes()
  for (const type of ['contacts', 'deals'] as const) {
    for (const { name } of STATUS_PROPERTIES) portal.definitions(type).delete(name)
  }
  await portal.steers(enrollmentId, 'pause')
  await portal.writes()
  await portal.writes()
  expect(portal.record('contacts', contactId)).toMatchObject({ stagecue_status: 'paused' })
  expect(await portal.query('select 1 from status_writes where reason is not null')).toEqual([])
})

test('a property of that name and another kind stops writing and says what to do, until it is gone', async () => {
  const portal = await open()
  const { contactId } = await portal.enrolls()
  const own = { label: 'Ours', groupName: 'contactinformation', type: 'string', fieldType: 'text' }
  await world.deps.hubspot.call(portal.portalId, {
    ...{ method: 'POST', path: '/crm/properties/2026-09/contacts', family: 'crm', repeatable: false },
    body: { ...own, name: 'stagecue_status' },
  })
  await portal.switches(true)
  await portal.writes()
  const problem = async () => (await portal.query<{ problem: string | null }>('select problem from status_settings'))[0]
  expect((await problem())?.problem).toContain('already has a property “stagecue_status” of another kind')
  portal.definitions('contacts').delete('stagecue_status')
  world.passes({ minutes: 1 })
  await portal.writes()
  expect(portal.record('contacts', contactId)).toMatchObject({ stagecue_status: 'enrolled' })
  expect(await problem()).toEqual({ problem: null })
})

test('without the permission it cannot be switched on; lost later, it waits and goes on', async () => {
  const portal = await open()
  const { contactId } = await portal.enrolls()
  const missing = STATUS_SCOPES.slice(1)
  await portal.setScopes(missing)
  await expect(portal.switches(true)).rejects.toMatchObject({ code: 'conflict' })
  await portal.setScopes([...STATUS_SCOPES])
  await portal.switches(true)
  await portal.setScopes(missing)
  await portal.writes()
  expect(BATCH_UPDATES(portal.calls())).toEqual([])
  expect(await portal.query('select problem from status_settings')).toMatchObject([
    { problem: expect.stringContaining('Reconnect as a super admin') },
  ])
  await portal.setScopes([...STATUS_SCOPES])
  world.passes({ hours: 1 })
  await portal.writes()
  expect(portal.record('contacts', contactId)).toMatchObject({ stagecue_status: 'enrolled' })
})

test('an unreachable HubSpot is tried again, later and later, and nothing is given up', async () => {
  const portal = await open()
  const { contactId } = await portal.enrolls()
  await portal.switches(true)
  const heal = world.sandbox.faults.add({ match: { portalId: portal.portalId }, kind: 'reset', times: Infinity })
  for (const wait of [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }, { hours: 1 }]) {
    await portal.writes()
    expect(await portal.query(`select due_at from lanes where kind = 'status'`)).toEqual([
      { dueAt: world.clock.read().add(wait) },
    ])
    world.passes(wait)
  }
  heal()
  await portal.writes()
  expect(portal.record('contacts', contactId)).toMatchObject({ stagecue_status: 'enrolled' })
})

test('two workers at once write once', async () => {
  const portal = await open()
  await portal.enrolls()
  await portal.switches(true)
  await Promise.all([portal.writes(), portal.writes()])
  expect(BATCH_UPDATES(portal.calls())).toHaveLength(2)
})

test('a backlog goes out a hundred records at a time, a second apart', async () => {
  const portal = await open()
  await portal.switches(true)
  const ids = Array.from({ length: 130 }, (_, index) => portal.given.hasContact(`many${index}@example.com`))
  const known = ids.map((id) => `(${portal.portalId}, gen_random_uuid(), '${id}', '${world.clock.read()}')`)
  await portal.query(`insert into contacts (portal_id, id, contact_id, read_at) values ${known}`)
  const rows = ids.map((id) => `(${portal.portalId}, 'contact', '${id}', '${world.clock.read()}')`)
  await portal.query(`insert into status_writes (portal_id, object_type, object_id, changed_at) values ${rows}`)
  await portal.query(
    `insert into lanes (portal_id, kind, key, due_at) values (${portal.portalId}, 'status', '', '${world.clock.read()}')`,
  )
  expect(await portal.writes()).toBe(100)
  expect(await portal.query(`select due_at from lanes where kind = 'status'`)).toEqual([
    { dueAt: world.clock.read().add({ seconds: 1 }) },
  ])
  expect(await portal.writes()).toBe(30)
  expect(BATCH_UPDATES(portal.calls())).toHaveLength(2)
  expect(await portal.query(`select 1 from lanes where kind = 'status'`)).toEqual([])
})

test('switched off, nothing is written any more', async () => {
  const portal = await open()
  const { enrollmentId, contactId } = await portal.enrolls()
  await portal.switches(true)
  await portal.writes()
  expect(await portal.switches(false)).toMatchObject({ enabled: false, waiting: 0 })
  await portal.steers(enrollmentId, 'stop')
  expect(await portal.writes()).toBe(0)
  expect(portal.record('contacts', contactId)).toMatchObject({ stagecue_status: 'enrolled' })
})

test.each([
  ['only the one that stays', [0], 'enrolled'],
  ['only the one that goes', [1], 'enrolled'],
  ['both', [0, 1], 'enrolled'],
])('after a merge the record says where it stands, when %s had a sequence', async (_, enrolled, status) => {
  const portal = await open()
  await portal.given.maps('proposal', await portal.given.hasSequence())
  await portal.switches(true)
  const deals = ['stays@example.com', 'goes@example.com'].map((email) => portal.given.hasDeal('lead', [email]))
  const [stays = '', goes = ''] = deals.flatMap(({ contactIds }) => contactIds)
  for (const index of enrolled) portal.given.moves(deals[index]?.dealId ?? '', 'proposal')
  await world.handlesEvents()
  await portal.writes()
  for (const index of enrolled) {
    expect(portal.record('contacts', [stays, goes][index] ?? '')).toMatchObject({ stagecue_status: 'enrolled' })
  }
  world.sandbox.mergeContacts(portal.portalId, stays, goes)
  await world.handlesEvents()
  for (let pass = 0; pass < 3; pass++) await portal.writes()
  expect(portal.record('contacts', stays)).toMatchObject({ stagecue_status: status })
  expect(await portal.query('select * from status_writes where pending')).toEqual([])
})
