import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { saveMapping } from '#modules/mappings/save-mapping.ts'
import { saveSender } from '#modules/sender/save-sender.ts'
import { getSettings } from '#modules/settings/get-settings.ts'
import { SUBSCRIPTIONS } from '#modules/settings/subscriptions.ts'
import type { Branch, EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { Connection } from '#shared/contract/installation.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { hasDeal, hasEnrollment, hasPipeline, hasSequence, newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

const connection: Connection = {
  status: 'connected',
  reason: null,
  portalId: 1,
  accountName: 'acme.example',
  connectedAt: '2026-11-23T09:00:00Z',
  connectedBy: 'admin@example.com',
  missingScopes: [],
  connectUrl: 'https://app.example.com/oauth/install',
}

async function world() {
  const portal = person(await newPortal(db, clock))
  const { portalId } = portal
  const settings = (given: Partial<Connection> = {}) =>
    getSettings(deps, portal, async () => ({ ...connection, ...given }))
  const codes = async (given: Partial<Connection> = {}) =>
    (await settings(given)).health?.findings.map((finding) => finding.code)
  const hasEvent = (status: 'pending' | 'done' | 'dead' = 'done', subscriptionType = 'deal.propertyChange') =>
    inPortal(db, portalId, (trx) =>
      trx
        .insertInto('events')
        .values({
          portalId,
          occurredAt: clock.read(),
          subscriptionType,
          objectId: '124',
          dedupeHash: Buffer.from(deps.ids()),
          laneKey: 'deal:124',
          dealId: '124',
          status,
          reasonCode: null,
          reason: null,
          payload: '{}',
          receivedAt: clock.read(),
          processedAt: null,
        })
        .execute(),
    )
  return { portal, portalId, settings, codes, hasEvent }
}

/** A portal where nothing is left to do, and one enrollment. */
async function wellWorld() {
  const set = await world()
  const { portal, portalId } = set
  await set.hasEvent()
  await hasPipeline(db, portalId)
  await inPortal(db, portalId, (trx) =>
    trx
      .updateTable('installations')
      .set({ pipelinesRefreshedAt: clock.read() })
      .where('portalId', '=', portalId)
      .execute(),
  )
  const { id } = await hasSequence(deps, portal)
  const stage = { pipelineId: 'sales', stageId: 'booked' }
  await saveMapping(deps, portal, { ...stage, sequenceId: id, active: true, idempotencyKey: newKey() })
  const sender = { fromName: 'Ada', replyTo: 'ada@example.com', postalAddress: 'Street 1' }
  await saveSender(deps, portal, { ...sender, idempotencyKey: newKey() })
  const enrollmentId = await hasEnrollment(deps, portal, id, await hasDeal(deps, portalId))
  const setRun = (change: {
    status: 'held' | 'unconfirmed' | 'scheduled'
    attempts?: number
    settledAt?: Temporal.Instant
  }) =>
    inPortal(db, portalId, (trx) =>
      trx.updateTable('stepRuns').set(change).where('enrollmentId', '=', enrollmentId).execute(),
    )
  return { ...set, setRun }
}

test('a portal without events is told the three classic causes, one by one', async () => {
  const { settings, codes } = await world()
  expect(await codes()).toEqual([
    'no_events_unreachable',
    'no_events_subscription_off',
    'no_events_wrong_type',
    'no_mapping',
    'pipelines_unknown',
    'no_postal_address',
  ])
  const { health, access } = await settings()
  expect(health).toMatchObject({
    webhookUrl: 'https://app.example.com/webhooks/hubspot',
    lastEventAt: null,
    eventsLastDay: 0,
  })
  expect(access).toEqual({ mayConfigure: true, admins: ['admin@example.com'] })
})

test('events without any stage change point at the event type alone', async () => {
  const { codes, hasEvent } = await world()
  await hasEvent('done', 'deal.creation')
  const found = await codes()
  expect(found).toContain('no_events_wrong_type')
  expect(found).not.toContain('no_events_unreachable')
  await hasEvent('done', 'object.propertyChange')
  expect(await codes()).not.toContain('no_events_wrong_type')
})

test('a portal that works has one finding that says so', async () => {
  const { settings } = await wellWorld()
  const { health } = await settings()
  expect(health?.findings).toMatchObject([{ level: 'ok', code: 'all_well' }])
  expect(health).toMatchObject({
    lastEventAt: clock.read().toString(),
    eventsLastDay: 1,
    pendingEvents: 0,
    duePastSteps: 1,
  })
})

test('a mapping enrolls nobody only when nothing it may lead to is active', async () => {
  const { portal, portalId, codes } = await wellWorld()
  const setSequence = (name: string, status: 'active' | 'paused') =>
    inPortal(db, portalId, (trx) =>
      trx.updateTable('sequences').set({ status }).where('portalId', '=', portalId).where('name', '=', name).execute(),
    )
  const own = await hasSequence(deps, portal, { name: 'Own' })
  const large = await hasSequence(deps, portal, { name: 'Large deals' })
  const condition = { subject: 'deal', property: 'amount', operator: 'is_known' } as const
  const branch: Branch = { name: 'Large', when: { match: 'all', items: [condition] }, sequenceId: large.id }
  const maps = (otherwise: EnrollmentPolicy['otherwise']) =>
    saveMapping(deps, portal, {
      ...{ pipelineId: 'sales', stageId: 'booked', sequenceId: own.id, active: true, idempotencyKey: newKey() },
      policy: { ...DEFAULT_POLICY, branches: [branch], otherwise },
    })
  await maps('mapped_sequence')
  await setSequence('Own', 'paused')
  expect(await codes()).toEqual(['all_well'])
  await setSequence('Own', 'active')
  await maps('nobody')
  await setSequence('Large deals', 'paused')
  expect(await codes()).toEqual(['mappings_dead'])
})

test('failures, waits and questions are each said with what to do', async () => {
  const { settings, codes, hasEvent, setRun } = await wellWorld()
  await hasEvent('dead')
  await hasEvent('pending')
  await setRun({ status: 'scheduled', attempts: 1 })
  expect(await codes({ missingScopes: ['timeline'] })).toEqual(['missing_scopes', 'events_failing', 'mail_deferred'])
  clock.passes({ minutes: 11 })
  expect(await codes()).toEqual(['events_failing', 'events_waiting', 'steps_overdue', 'mail_deferred'])
  await setRun({ status: 'unconfirmed', settledAt: clock.read() })
  expect((await settings()).health).toMatchObject({
    unconfirmedMails: 1,
    heldSteps: 0,
    failedEvents: 1,
    pendingEvents: 1,
  })
  await setRun({ status: 'held' })
  expect(await codes()).toContain('steps_held')
})

test('what waits for HubSpot’s timeline is told with the age of the oldest, once it waits for long', async () => {
  const { settings, codes, portalId } = await wellWorld()
  const hasEntry = () =>
    inPortal(db, portalId, (trx) =>
      trx
        .insertInto('timelineEntries')
        .values({
          ...{ portalId, id: deps.ids(), eventType: 'paused', objectType: 'deal', objectId: '124' },
          ...{ properties: '{}', occurredAt: clock.read(), reason: null, publishedAt: null },
        })
        .execute(),
    )
  // Beside the two of the enrollment.
  await hasEntry()
  clock.passes({ minutes: 10 })
  expect(await codes()).not.toContain('timeline_waiting')
  clock.passes({ hours: 75 })
  await hasEntry()
  const finding = (await settings()).health?.findings.find(({ code }) => code === 'timeline_waiting')
  expect(finding?.message).toMatch(/^4 entries wait for HubSpot’s timeline, the oldest for 3 days\. /)
})

test('an inactive connection comes first, and a disconnected portal has no health', async () => {
  const { settings, codes } = await world()
  expect((await codes({ status: 'inactive', reason: 'Reconnect.' }))?.[0]).toBe('connection_inactive')
  expect(await settings({ status: 'disconnected' })).toMatchObject({ health: null })
})

test('a call to HubSpot failed when no answer came or the answer was an error', async () => {
  const { settings, portalId } = await world()
  const call = (status: number | null, error: string | null) => ({
    ...{ portalId, id: deps.ids(), at: clock.read(), method: 'GET', path: '/', durationMs: 1 },
    ...{ status, error, request: null, response: null },
  })
  const calls = [call(200, null), call(207, null), call(429, null), call(500, null), call(null, 'reset')]
  await inPortal(db, portalId, (trx) => trx.insertInto('hubspotRequests').values(calls).execute())
  expect((await settings()).health).toMatchObject({ hubspotCallsLastDay: 5, hubspotErrorsLastDay: 3 })
})

test('numbers are of this portal alone', async () => {
  const busy = await world()
  await busy.hasEvent('dead')
  const quiet = await world()
  expect((await quiet.settings()).health).toMatchObject({ failedEvents: 0, lastEventAt: null })
})

test('the subscriptions shown are those of the app’s webhook file', async () => {
  const file = new URL('../../../hubspot-project/app/webhooks/webhooks-hsmeta.json', import.meta.url)
  const { config } = JSON.parse(await readFile(file, 'utf8'))
  const { crmObjects, hubEvents } = config.subscriptions
  const declared = [
    ...crmObjects.map(
      (one: { subscriptionType: string; objectType: string; propertyName?: string }) =>
        `${one.subscriptionType} of ${one.objectType}s${one.propertyName ? ` (${one.propertyName})` : ''}`,
    ),
    ...hubEvents.map((one: { subscriptionType: string }) => one.subscriptionType),
  ]
  expect([...SUBSCRIPTIONS]).toEqual(declared)
})
