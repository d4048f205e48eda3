import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { HubSpot, HubSpotCall } from '#hubspot/hubspot.ts'
import { publishTimeline } from '#modules/activity/publish-timeline.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { hasDeal, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()

interface Input {
  id: string
  objectId: string
  eventTypeName: string
  properties: Record<string, unknown>
}

const BATCH = '/integrators/timeline/2026-03/events/batch'

/** HubSpot's timeline: refuses a whole batch that holds a bad event, answers 409 for an id it has. */
class Timeline implements HubSpot {
  readonly calls: HubSpotCall[] = []
  readonly events = new Map<string, Input>()
  /** Object ids HubSpot does not know. */
  readonly gone = new Set<string>()
  /** At these HubSpot itself fails, each time. */
  readonly poison = new Set<string>()
  /** Thrown by the next calls. */
  readonly failures: AppError[] = []
  /** Happens during a call, before its answer. */
  during: (() => Promise<unknown>) | undefined

  async call(_portalId: number, call: HubSpotCall) {
    this.calls.push(call)
    const during = this.during
    this.during = undefined
    await during?.()
    const failure = this.failures.shift()
    if (failure) throw failure
    const inputs = call.path === BATCH ? (call.body as { inputs: Input[] }).inputs : [call.body as Input]
    if (inputs.some((input) => this.poison.has(input.objectId))) throw unavailable()
    if (inputs.some((input) => this.gone.has(input.objectId))) {
      throw new AppError('hubspot_rejected', 'HubSpot does not know the record.')
    }
    if (call.path !== BATCH && inputs.some((input) => this.events.has(input.id))) return { status: 409, body: {} }
    const results = inputs.filter((input) => !this.events.has(input.id))
    for (const input of results) this.events.set(input.id, input)
    const status = results.length < inputs.length ? 207 : 201
    return { status, body: { results: results.map(({ id }) => ({ id })), numErrors: inputs.length - results.length } }
  }
  async close() {}
}

async function world() {
  const clock = new TestClock()
  const timeline = new Timeline()
  const deps = makeDeps({ db, clock, hubspot: timeline })
  const portalId = await newPortal(db, clock)
  const portal = person(portalId)
  await hasDeal(deps, portalId)
  const happens = (dealId = '124') =>
    inPortal(db, portalId, (trx) =>
      recordActivity(deps, trx, portal, {
        kind: 'enrollment.paused',
        dealId,
        contactId: '51',
        timeline: { event: 'paused', properties: { sequence: 'Demo follow-up' } },
      }),
    )
  const entries = () =>
    inPortal(db, portalId, (trx) =>
      trx
        .selectFrom('timelineEntries')
        .select(['objectId', 'status', 'reason'])
        .orderBy('objectId')
        .orderBy('status')
        .execute(),
    )
  const statuses = async () => (await entries()).map((entry) => entry.status).sort()
  const lanes = () => inPortal(db, portalId, (trx) => trx.selectFrom('lanes').select(['dueAt', 'attempts']).execute())
  // Other tests' portals share the database: each looks only at the portal after it.
  const publish = () => {
    // Entries gather for three seconds.
    clock.passes({ seconds: 3 })
    return publishTimeline(deps, { afterPortal: portalId - 1 })
  }
  return { clock, deps, portalId, timeline, happens, entries, statuses, lanes, publish }
}

const unavailable = (retryAfterMs?: number) =>
  new AppError('hubspot_unavailable', 'HubSpot does not answer.', retryAfterMs ? { retryAfterMs } : {})

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
    properties: { sequenceName: 'Demo follow-up', by: 'admin@example.com', contactName: 'Ada Lovelace' },
  })
  expect(events.get('ae42_stagecue_contact_paused')).toMatchObject({
    objectId: '51',
    properties: { sequenceName: 'Demo follow-up', by: 'admin@example.com', dealName: 'Big deal' },
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
