import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { publishTimeline } from '#modules/activity/publish-timeline.ts'
import { useDatabase } from '#test/support/database.ts'
import { BATCH, type Input, openTimeline, unavailable } from './timeline-world.ts'

const database = useDatabase()
const { db } = database
const world = () => openTimeline(database)

test('what happened is published on the deal and on the contact, in one call after a moment, and the lane is gone', async () => {
  const { clock, deps, portalId, timeline, happens, statuses, lanes, publish } = await world()
  const happenedAt = clock.read().toString()
  await happens()
  expect(await publishTimeline(deps, { afterPortal: portalId - 1 })).toBe(0)
  expect(await publish()).toBe(2)
  expect(timeline.calls.map((call) => call.path)).toEqual([BATCH])
  const events = new Map([...timeline.events.values()].map((event) => [event.eventTypeName, event]))
  expect(events.size).toBe(2)
  // Exactly what the event type declares: HubSpot rejects an event with any other property.
  expect(events.get('ae42_stagecue_deal_paused')).toEqual({
    id: expect.any(String),
    eventTypeName: 'ae42_stagecue_deal_paused',
    objectId: '124',
    timestamp: happenedAt,
    properties: {
      sequenceName: 'Demo follow-up',
      reason: 'Paused by a person.',
      by: 'admin@example.com',
      contactName: 'Ada Lovelace',
    },
  })
  expect(events.get('ae42_stagecue_contact_paused')).toMatchObject({
    objectId: '51',
    properties: {
      sequenceName: 'Demo follow-up',
      reason: 'Paused by a person.',
      by: 'admin@example.com',
      dealName: 'Big deal',
    },
  })
  expect(await statuses()).toEqual(['published', 'published'])
  expect(await lanes()).toEqual([])
})

test('one bad entry fails with its reason and the others are published', async () => {
  const { timeline, happens, entries, publish } = await world()
  await happens()
  await happens('666')
  timeline.gone.add('666')
  await publish()
  expect(await entries()).toMatchObject([
    { objectId: '124', status: 'published' },
    { objectId: '51', status: 'published' },
    { objectId: '51', status: 'published' },
    { objectId: '666', status: 'failed', reason: 'HubSpot does not know the record.' },
  ])
})

test('an entry HubSpot has already counts as published', async () => {
  const { timeline, happens, statuses, publish, portalId } = await world()
  await happens()
  await publish()
  await inPortal(db, portalId, (trx) =>
    trx.updateTable('timelineEntries').set({ status: 'pending' }).where('objectType', '=', 'deal').execute(),
  )
  await happens()
  await publish()
  expect(timeline.events.size).toBe(4)
  expect(await statuses()).toEqual(['published', 'published', 'published', 'published'])
})

test('an outage of days loses nothing: it is tried again after a minute, fifteen, and then every hour', async () => {
  const { clock, timeline, happens, statuses, lanes, publish } = await world()
  await happens()
  const waits = [{ minutes: 1 }, { minutes: 15 }, ...Array.from({ length: 72 }, () => ({ hours: 1 }))]
  for (const wait of waits) {
    timeline.failures.push(unavailable())
    await publish()
    expect(await lanes()).toMatchObject([{ dueAt: clock.read().add(wait) }])
    clock.passes(wait)
  }
  await happens()
  expect(await statuses()).toEqual(['pending', 'pending', 'pending', 'pending'])
  await publish()
  expect(await statuses()).toEqual(['published', 'published', 'published', 'published'])
  expect(timeline.events.size).toBe(4)
  expect(await lanes()).toEqual([])
})

test('an entry at which HubSpot fails each time does not hold up the others for long', async () => {
  const { clock, timeline, happens, entries, publish } = await world()
  timeline.poison.add('666')
  await happens('666')
  for (let count = 0; count < 20; count++) await happens()
  for (const wait of [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }]) {
    await publish()
    clock.passes(wait)
  }
  const waiting = (await entries()).filter(({ status }) => status !== 'published')
  expect(waiting).toMatchObject([{ objectId: '666', status: 'pending' }])
  // It is known to stand alone: nothing else fails for it, and HubSpot is asked little.
  const before = timeline.calls.length
  await publish()
  expect(timeline.calls.length).toBe(before + 1)
  timeline.poison.clear()
  clock.passes({ hours: 1 })
  await publish()
  expect(timeline.events.size).toBe(42)
})

test('many at which HubSpot fails, some of them neighbors, hold up the others for no longer', async () => {
  const { portalId, clock, timeline, happens, entries, statuses, publish } = await world()
  timeline.poison.add('666')
  for (let count = 0; count < 220; count++)
    await happens(count < 2 || count % 25 === 0 || count === 218 ? '666' : '124')
  // Four at the head are bad, and neighbors.
  await inPortal(db, portalId, (trx) =>
    sql`update timeline_entries set object_id = '666' where portal_id = ${portalId} and id in (
      select id from timeline_entries where portal_id = ${portalId} order by occurred_at, id limit 4
    )`.execute(trx),
  )
  for (const wait of [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }]) {
    await publish()
    clock.passes(wait)
  }
  const waiting = (await entries()).filter(({ status }) => status !== 'published')
  expect(new Set(waiting.map(({ objectId }) => objectId))).toEqual(new Set(['666']))
  timeline.poison.clear()
  await publish()
  expect(new Set(await statuses())).toEqual(new Set(['published']))
})

test('in an outage the careful look is one call', async () => {
  const { clock, timeline, happens, statuses, publish } = await world()
  for (let count = 0; count < 20; count++) await happens()
  for (const wait of [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }, { hours: 1 }]) {
    timeline.failures.push(unavailable())
    const before = timeline.calls.length
    await publish()
    expect(timeline.calls.length).toBe(before + 1)
    clock.passes(wait)
  }
  await publish()
  expect(new Set(await statuses())).toEqual(new Set(['published']))
})

test('what HubSpot has not taken for thirty days is given up, and only that', async () => {
  const { clock, timeline, happens, entries, publish } = await world()
  await happens()
  clock.passes({ hours: 30 * 24 })
  await happens('125')
  for (const wait of [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }]) {
    expect((await entries()).map(({ status }) => status)).toEqual(['pending', 'pending', 'pending', 'pending'])
    timeline.failures.push(unavailable())
    await publish()
    clock.passes(wait)
  }
  expect((await entries()).filter(({ status }) => status === 'failed')).toMatchObject([
    { objectId: '124', reason: 'HubSpot does not answer.' },
    { objectId: '51', reason: 'HubSpot does not answer.' },
  ])
  await publish()
  expect((await entries()).map(({ status }) => status).sort()).toEqual(['failed', 'failed', 'published', 'published'])
})

test('in a busy account too, an entry at which HubSpot fails for thirty days is given up, and nothing else', async () => {
  const { clock, timeline, happens, entries, publish } = await world()
  timeline.poison.add('666')
  timeline.poison.add('667')
  await happens('666')
  for (let day = 0; day < 31; day++) {
    if (day === 29) await happens('667')
    for (const wait of [{ hours: 1 }, { hours: 1 }, { hours: 22 }]) {
      await happens()
      await publish()
      clock.passes(wait)
    }
    const failed = (await entries()).filter(({ status }) => status === 'failed')
    expect(failed).toMatchObject(day < 30 ? [] : [{ objectId: '666', reason: 'HubSpot does not answer.' }])
  }
  const waiting = (await entries()).filter(({ status }) => status === 'pending')
  expect(waiting.filter(({ objectId }) => objectId === '667')).toHaveLength(1)
  timeline.poison.clear()
  await publish()
  expect((await entries()).filter(({ status }) => status !== 'published')).toHaveLength(1)
})

test('a pause that HubSpot asks for is kept, and uses up no try', async () => {
  const { clock, timeline, happens, statuses, lanes, publish } = await world()
  await happens()
  for (let round = 0; round < 4; round++) {
    timeline.failures.push(unavailable(30_000))
    await publish()
    expect(await lanes()).toEqual([{ dueAt: clock.read().add({ seconds: 30 }), attempts: 0 }])
    // A new entry must not cut the pause short.
    await happens()
    expect(await lanes()).toMatchObject([{ dueAt: clock.read().add({ seconds: 30 }) }])
    clock.passes({ seconds: 30 })
  }
  await publish()
  expect(new Set(await statuses())).toEqual(new Set(['published']))
})

test('a portal that is not connected waits with its entries and goes on when it is', async () => {
  const { clock, timeline, happens, statuses, portalId, publish } = await world()
  const setStatus = (status: 'connected' | 'inactive') =>
    inPortal(db, portalId, (trx) =>
      trx.updateTable('installations').set({ status }).where('portalId', '=', portalId).execute(),
    )
  await happens()
  timeline.failures.push(new AppError('installation_revoked', 'Reconnect.'))
  timeline.during = () => setStatus('inactive')
  await publish()
  clock.passes({ hours: 24 })
  await publish()
  expect(timeline.calls).toHaveLength(1)
  expect(await statuses()).toEqual(['pending', 'pending'])
  await setStatus('connected')
  await publish()
  expect(await statuses()).toEqual(['published', 'published'])
})

test('what happens while a batch is on its way is published next', async () => {
  const { timeline, happens, statuses, lanes, publish, clock } = await world()
  await happens()
  timeline.during = () => happens()
  await publish()
  expect(await statuses()).toEqual(['pending', 'pending', 'published', 'published'])
  expect(await lanes()).toMatchObject([{ dueAt: clock.read().add({ seconds: 3 }) }])
  await publish()
  expect(await statuses()).toEqual(['published', 'published', 'published', 'published'])
  expect(await lanes()).toEqual([])
})

test('two workers at once publish each entry once', async () => {
  const { timeline, happens, statuses, publish } = await world()
  await happens()
  await Promise.all([publish(), publish(), publish()])
  expect(timeline.calls).toHaveLength(1)
  expect(await statuses()).toEqual(['published', 'published'])
})

test('a worker that died in the middle is followed by another, and one that is late settles nothing', async () => {
  const { clock, timeline, happens, statuses, lanes, publish } = await world()
  await happens()
  timeline.during = async () => {
    clock.passes({ minutes: 6 })
    await publish()
  }
  await publish()
  expect(timeline.events.size).toBe(2)
  expect(await statuses()).toEqual(['published', 'published'])
  expect(await lanes()).toEqual([])
})

test('more than a batch comes in several passes, and nothing due is nothing done', async () => {
  const { timeline, happens, statuses, publish, portalId, deps } = await world()
  for (let count = 0; count < 260; count++) await happens()
  expect(await publish()).toBe(500)
  expect(await publish()).toBe(20)
  expect(timeline.calls.map((call) => (call.body as { inputs: Input[] }).inputs.length)).toEqual([500, 20])
  expect(new Set(await statuses())).toEqual(new Set(['published']))
  const cursor = { afterPortal: portalId }
  expect(await publishTimeline(deps, cursor)).toBe(0)
  expect(cursor).toEqual({ afterPortal: 0 })
})
