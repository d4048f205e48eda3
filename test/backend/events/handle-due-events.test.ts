import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { handleDueEvents } from '#modules/events/handle-due-events.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

function hubspotIsAway(portalId: number): void {
  world.sandbox.faults.add({
    match: { path: /deals\/batch\/read/, portalId },
    kind: 'status',
    status: 503,
    times: Number.POSITIVE_INFINITY,
  })
}

test('an event that keeps failing is tried three times with growing pauses, then put aside with its reason', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  hubspotIsAway(portal.portalId)
  await world.handlesEvents()
  expect((await portal.events()).every((event) => event.status === 'pending' && event.attempts === 1)).toBe(true)
  world.passes({ seconds: 14 })
  await world.handlesEvents()
  expect((await portal.events())[0]?.attempts).toBe(1)
  world.passes({ seconds: 10 })
  await world.handlesEvents()
  world.passes({ minutes: 2 })
  await world.handlesEvents()
  world.sandbox.faults.clear()

  for (const event of await portal.events()) {
    expect(event).toMatchObject({ status: 'dead', attempts: 3, reasonCode: 'hubspot_unavailable' })
    expect(event.reason).toMatch(/HubSpot/)
  }
  expect(await portal.enrollments(dealId)).toEqual([])
})

test('what died because HubSpot was away is tried again by itself, and enrolls once', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  hubspotIsAway(portal.portalId)
  for (let minute = 0; minute < 5; minute++) {
    await world.handlesEvents()
    world.passes({ minutes: 1 })
  }
  expect((await portal.events()).every((event) => event.status === 'dead')).toBe(true)
  world.sandbox.faults.clear()
  world.passes({ minutes: 20 })
  await world.handlesEvents()

  expect((await portal.events()).every((event) => event.status === 'done')).toBe(true)
  expect(await portal.enrollments(dealId)).toHaveLength(1)
})

test('what dies later in the same outage is tried again as well', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const deals: string[] = []
  hubspotIsAway(portal.portalId)
  for (let minute = 0; minute < 12; minute++) {
    if (minute === 0 || minute === 6) deals.push(portal.hasDeal('demo', [`outage${minute}@example.com`]).dealId)
    await world.handlesEvents()
    world.passes({ minutes: 1 })
  }
  expect((await portal.events()).every((event) => event.status === 'dead')).toBe(true)
  world.sandbox.faults.clear()
  for (let minute = 0; minute < 30; minute++) {
    world.passes({ minutes: 1 })
    await world.handlesEvents()
  }
  for (const dealId of deals) expect(await portal.enrollments(dealId)).toHaveLength(1)
})

test('a portal that lost its connection keeps its events without spending tries', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  const setStatus = (status: 'inactive' | 'connected') =>
    inPortal(database.db, portal.portalId, (trx) =>
      trx.updateTable('installations').set({ status }).where('portalId', '=', portal.portalId).execute(),
    )
  await setStatus('inactive')
  await world.handlesEvents()
  world.passes({ hours: 3 })
  await world.handlesEvents()
  expect((await portal.events()).every((event) => event.status === 'pending' && event.attempts === 0)).toBe(true)
  await setStatus('connected')
  await world.handlesEvents()
  expect(await portal.enrollments(dealId)).toHaveLength(1)
})

test('one deal that cannot be handled does not hold up its neighbors', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const good = Array.from({ length: 5 }, (_, index) => portal.hasDeal('demo', [`good${index}@example.com`]))
  const bad = portal.hasDeal('demo', ['bad@example.com'])
  await world.sandbox.webhooks.settle()
  await sabotage(portal.portalId, bad.dealId)
  await world.handlesEvents()
  for (let minute = 0; minute < 5; minute++) {
    world.passes({ minutes: 1 })
    await world.handlesEvents()
  }
  for (const { dealId } of good) expect(await portal.enrollments(dealId)).toHaveLength(1)
  expect(await portal.enrollments(bad.dealId)).toEqual([])
  const dead = (await portal.events()).filter((event) => event.status === 'dead')
  expect(dead.length).toBeGreaterThan(0)
  expect(dead.every((event) => event.reasonCode === 'internal')).toBe(true)
})

/** Makes every decision about this deal fail in the database, as a bug of ours would. */
async function sabotage(portalId: number, dealId: string): Promise<void> {
  const owner = openDatabase(openPool({ url: database.url, size: 1, role: null, name: 'owner' }))
  const check = `not (portal_id = ${portalId} and deal_id = '${dealId}')`
  await sql
    .raw(`alter table stage_entries add constraint sabotage_${portalId} check (${check}) not valid`)
    .execute(owner)
  await owner.destroy()
}

test('two workers at once handle every event once', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const deals = Array.from({ length: 60 }, (_, index) => portal.hasDeal('demo', [`p${index}@example.com`]))
  await world.sandbox.webhooks.settle()
  const second = openDatabase(openPool({ url: database.url, size: 4, role: APP_ROLE, name: 'second' }))
  const run = async (db: typeof second) => {
    while ((await handleDueEvents({ ...world.deps, db }, portal.portalId - 1)) !== undefined);
  }
  await Promise.all([run(database.db), run(second), run(database.db), run(second)])
  await second.destroy()
  for (const { dealId } of deals) {
    expect(await portal.enrollments(dealId)).toHaveLength(1)
    expect((await portal.decisions(dealId)).filter((decision) => decision.reason === 'enrolled')).toHaveLength(1)
  }
})

test('a worker whose lease ran out changes nothing after another took over', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  await world.sandbox.webhooks.settle()
  let overtaken = false
  const { hubspot } = world.deps
  const call: typeof hubspot.call = async (portalId, request) => {
    const answer = await hubspot.call(portalId, request)
    if (!overtaken) {
      overtaken = true
      world.passes({ minutes: 3 })
      await world.handlesEvents()
    }
    return answer
  }
  await handleDueEvents({ ...world.deps, hubspot: { ...hubspot, call } }, portal.portalId - 1)

  expect(overtaken).toBe(true)
  expect(await portal.enrollments(dealId)).toHaveLength(1)
  expect((await portal.decisions(dealId)).filter((decision) => decision.reason === 'enrolled')).toHaveLength(1)
  const lanes = await inPortal(database.db, portal.portalId, (trx) =>
    trx.selectFrom('lanes').where('kind', '=', 'events').select('key').execute(),
  )
  expect(lanes).toEqual([])
})

test('a worker that is asked to stop gives back the deals it has not begun, for another one at once', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  await world.sandbox.webhooks.settle()
  const stopping = AbortSignal.abort()
  expect(await handleDueEvents({ ...world.deps, stopping }, portal.portalId - 1)).toMatchObject({ handled: 0 })
  expect(await portal.enrollments(dealId)).toEqual([])

  // No lease has to run out: the clock stands still.
  await world.handlesEvents()
  expect(await portal.enrollments(dealId)).toHaveLength(1)
})

test('a database that cannot be used for a moment costs an event none of its tries', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  await world.sandbox.webhooks.settle()
  const { hubspot } = world.deps
  const call: typeof hubspot.call = async () => {
    throw Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' })
  }
  for (let minute = 0; minute < 5; minute++) {
    await handleDueEvents({ ...world.deps, hubspot: { ...hubspot, call } }, portal.portalId - 1)
    expect((await portal.events()).every((event) => event.status === 'pending' && event.attempts === 0)).toBe(true)
    world.passes({ minutes: 1 })
  }
  await world.handlesEvents()
  expect(await portal.enrollments(dealId)).toHaveLength(1)
})

test('a turn of many deals that fails half-way keeps what it has settled', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const deals = Array.from({ length: 50 }, (_, index) => portal.hasDeal('demo', [`half${index}@example.com`]))
  await world.sandbox.webhooks.settle()
  const last =
    deals
      .map(({ dealId }) => dealId)
      .sort()
      .at(-1) ?? ''
  await sabotage(portal.portalId, last)
  await handleDueEvents(world.deps, portal.portalId - 1)
  const enrolled = await Promise.all(deals.map(async ({ dealId }) => (await portal.enrollments(dealId)).length))
  expect(enrolled.reduce((sum, count) => sum + count, 0)).toBe(40)
})
