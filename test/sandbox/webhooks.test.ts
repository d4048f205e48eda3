import { expect, test } from 'vitest'
import { appForTest, FIRST_CONTACT, FIRST_DEAL, HARBOR_PINE_ID, NORTHWIND_ID, sandboxForTest } from './starting.ts'

type App = Awaited<ReturnType<typeof appForTest>>
type Event = Record<string, unknown>

const eventsOf = (app: App) => app.received.flatMap((one) => JSON.parse(one.body) as Event[])

async function wired(app: App, options: Parameters<typeof sandboxForTest>[0] = {}) {
  const sandbox = await sandboxForTest({ appTarget: app.url, random: () => 0.5, ...options })
  sandbox.install(NORTHWIND_ID)
  return sandbox
}

test('moving a deal announces its new stage once', async () => {
  const app = await appForTest()
  const sandbox = await wired(app)
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  await sandbox.webhooks.settle()
  expect(app.received[0]?.url).toBe('/webhooks/hubspot')
  expect(eventsOf(app)).toEqual([
    {
      eventId: expect.any(Number),
      subscriptionId: expect.any(Number),
      portalId: NORTHWIND_ID,
      appId: 7700421,
      occurredAt: expect.any(Number),
      subscriptionType: 'object.propertyChange',
      attemptNumber: 0,
      objectId: Number(FIRST_DEAL),
      objectTypeId: '0-3',
      propertyName: 'dealstage',
      propertyValue: 'qualified',
      changeSource: 'CRM_UI',
      sourceId: 'userId:61204417',
      isSensitive: false,
    },
  ])
})

test('a portal without the app hears nothing', async () => {
  const app = await appForTest()
  const sandbox = await wired(app)
  sandbox.moveDeal(HARBOR_PINE_ID, FIRST_DEAL, 'contractsent')
  sandbox.uninstall(NORTHWIND_ID)
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  await sandbox.webhooks.settle()
  expect(app.received).toEqual([])
})

test('creation, deletion, restore and merge are announced', async () => {
  const app = await appForTest()
  const sandbox = await wired(app)
  const deal = sandbox.createDeal(NORTHWIND_ID, { name: 'New', stageId: 'lead' })
  sandbox.deleteDeal(NORTHWIND_ID, deal)
  sandbox.restoreDeal(NORTHWIND_ID, deal)
  sandbox.mergeDeals(NORTHWIND_ID, FIRST_DEAL, deal)
  sandbox.deleteContact(NORTHWIND_ID, '15360118')
  sandbox.eraseContact(NORTHWIND_ID, '15360117')
  await sandbox.webhooks.settle()
  const seen = eventsOf(app).map((event) => [event.subscriptionType, event.objectTypeId, event.objectId])
  expect(seen).toEqual([
    ['object.creation', '0-3', Number(deal)],
    ['object.propertyChange', '0-3', Number(deal)],
    ['object.deletion', '0-3', Number(deal)],
    ['object.restore', '0-3', Number(deal)],
    ['object.merge', '0-3', Number(FIRST_DEAL)],
    ['object.deletion', '0-1', 15360118],
    ['contact.privacyDeletion', undefined, 15360117],
    ['object.deletion', '0-1', 15360117],
  ])
  expect(eventsOf(app)[4]).toMatchObject({ primaryObjectId: Number(FIRST_DEAL), mergedObjectIds: [Number(deal)] })
})

test('an association is announced for each side that is subscribed', async () => {
  const app = await appForTest()
  const subscriptions = ['deal', 'contact'].map((objectType) => ({
    subscriptionType: 'object.associationChange',
    objectType,
  }))
  const sandbox = await wired(app, { subscriptions })
  sandbox.associate(NORTHWIND_ID, '20418835203', FIRST_CONTACT)
  sandbox.dissociate(NORTHWIND_ID, '20418835203', FIRST_CONTACT)
  await sandbox.webhooks.settle()
  const seen = eventsOf(app).map((event) => [event.associationType, event.associationTypeId, event.associationRemoved])
  expect(seen).toEqual([
    ['DEAL_TO_CONTACT', 3, false],
    ['CONTACT_TO_DEAL', 4, false],
    ['DEAL_TO_CONTACT', 3, true],
    ['CONTACT_TO_DEAL', 4, true],
  ])
  expect(eventsOf(app)[0]).toMatchObject({
    fromObjectId: 20418835203,
    fromObjectTypeId: '0-3',
    toObjectId: Number(FIRST_CONTACT),
    toObjectTypeId: '0-1',
  })
})

test('legacy shapes name the object in the type', async () => {
  const app = await appForTest()
  const sandbox = await wired(app, { webhooks: { legacyShapes: true } })
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  await sandbox.webhooks.settle()
  expect(eventsOf(app)[0]).toMatchObject({ subscriptionType: 'deal.propertyChange', objectId: Number(FIRST_DEAL) })
  expect(eventsOf(app)[0]).not.toHaveProperty('objectTypeId')
})

test('at most 100 events travel together and portals are not mixed', async () => {
  const app = await appForTest()
  const sandbox = await wired(app)
  sandbox.install(HARBOR_PINE_ID)
  for (let count = 0; count < 75; count++) {
    sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, count % 2 === 0 ? 'qualified' : 'lead')
    sandbox.moveDeal(NORTHWIND_ID, '20418835202', count % 2 === 0 ? 'qualified' : 'lead')
    sandbox.moveDeal(HARBOR_PINE_ID, FIRST_DEAL, count % 2 === 0 ? 'contractsent' : 'closedwon')
  }
  await sandbox.webhooks.settle()
  const sizes = sandbox.webhooks.deliveries.map((delivery) => [delivery.portalIds, delivery.events.length])
  expect(sizes).toEqual([
    [[NORTHWIND_ID], 100],
    [[NORTHWIND_ID], 50],
    [[HARBOR_PINE_ID], 75],
  ])
})

test('portals can be mixed on purpose', async () => {
  const app = await appForTest()
  const sandbox = await wired(app, { webhooks: { mixPortals: true } })
  sandbox.install(HARBOR_PINE_ID)
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  sandbox.moveDeal(HARBOR_PINE_ID, FIRST_DEAL, 'contractsent')
  await sandbox.webhooks.settle()
  expect(sandbox.webhooks.deliveries.map((one) => one.portalIds)).toEqual([[NORTHWIND_ID, HARBOR_PINE_ID]])
})

test('a refused delivery is tried again with the next attempt number', async () => {
  const app = await appForTest((_received, response, count) => {
    response.statusCode = [500, 404, 200][count - 1] ?? 200
    response.end()
  })
  const pauses: number[] = []
  const sleep = async (milliseconds: number) => void pauses.push(milliseconds)
  const sandbox = await wired(app, { sleep, webhooks: { retryBase: 1000 } })
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  await sandbox.webhooks.settle()
  const events = eventsOf(app)
  expect(events.map((event) => event.attemptNumber)).toEqual([0, 1, 2])
  expect(new Set(events.map((event) => event.eventId)).size).toBe(1)
  expect(pauses).toEqual([1000, 2000])
  expect(sandbox.webhooks.deliveries[0]).toMatchObject({
    state: 'delivered',
    attempts: [{ status: 500 }, { status: 404 }, { status: 200 }],
  })
})

test('a delivery is given up after ten retries', async () => {
  const app = await appForTest((_received, response) => {
    response.statusCode = 503
    response.end()
  })
  const sandbox = await wired(app, { webhooks: { retryBase: 0 } })
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  await sandbox.webhooks.settle()
  expect(app.received).toHaveLength(11)
  expect(sandbox.webhooks.counters).toMatchObject({ posts: 11, retries: 10, givenUp: 1, delivered: 0 })
})

test('no answer in time and no connection count as refusals', async () => {
  const app = await appForTest((_received, response, count) => {
    if (count === 2) response.destroy()
    else if (count > 2) response.end()
  })
  const sandbox = await wired(app, { webhooks: { retryBase: 0, timeoutMs: 500 } })
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  await sandbox.webhooks.settle()
  const [delivery] = sandbox.webhooks.deliveries
  const statuses = delivery?.attempts.map((attempt) => attempt.status) ?? []
  // A slow machine may need more tries; the two that got no answer are always there.
  expect(statuses.slice(0, 2)).toEqual([0, 0])
  expect(statuses.at(-1)).toBe(200)
})

test('duplicates repeat the same events', async () => {
  const app = await appForTest()
  const sandbox = await wired(app, { webhooks: { duplicate: 2 } })
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  await sandbox.webhooks.settle()
  const bodies = app.received.map((one) => one.body)
  expect(bodies).toHaveLength(3)
  expect(new Set(bodies).size).toBe(1)
})

test('reordering shuffles what waits', async () => {
  const app = await appForTest()
  const sandbox = await wired(app, { random: () => 0, webhooks: { reorder: true, batchSize: 1 } })
  for (const stage of ['qualified', 'demoscheduled', 'proposalsent']) sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, stage)
  await sandbox.webhooks.settle()
  const sent = sandbox.webhooks.deliveries.map((delivery) => delivery.events[0]?.propertyValue)
  expect(sent).not.toEqual(['qualified', 'demoscheduled', 'proposalsent'])
  expect(sent.toSorted()).toEqual(['demoscheduled', 'proposalsent', 'qualified'])
})

test('nothing is sent while paused', async () => {
  const app = await appForTest()
  const sandbox = await wired(app)
  sandbox.webhooks.pause()
  sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, 'qualified')
  await expect(sandbox.webhooks.settle()).rejects.toThrow('paused')
  sandbox.webhooks.resume()
  await sandbox.webhooks.settle()
  expect(app.received).toHaveLength(1)
})

test('no more than ten deliveries of a portal run at once', async () => {
  let running = 0
  let most = 0
  const app = await appForTest((_received, response) => {
    running++
    most = Math.max(most, running)
    setTimeout(() => {
      running--
      response.end()
    }, 20)
  })
  const sandbox = await wired(app, { webhooks: { batchSize: 1 } })
  for (let count = 0; count < 40; count++) {
    sandbox.moveDeal(NORTHWIND_ID, FIRST_DEAL, count % 2 === 0 ? 'qualified' : 'lead')
  }
  await sandbox.webhooks.settle()
  expect(app.received).toHaveLength(40)
  expect(most).toBeLessThanOrEqual(10)
})

test('hand-made events are sent as they are, signed', async () => {
  const app = await appForTest()
  const sandbox = await wired(app)
  const event = { portalId: 1, subscriptionType: 'object.unheardOf', objectId: 5 }
  const [delivery] = await sandbox.webhooks.deliver([event])
  expect(delivery?.state).toBe('delivered')
  expect(eventsOf(app)[0]).toMatchObject(event)
  expect(app.received[0]?.headers['x-hubspot-signature-v3']).toBeTruthy()
})
