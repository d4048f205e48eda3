import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '#test/support/database.ts'
import { newPortal, TestClock } from '#test/support/deps.ts'
import { testIntake } from './test-intake.ts'
import { PUBLIC_URL, SECRET, signed, stageChange, WEBHOOK, webhookApp } from './webhook-app.ts'

const { db, url } = useDatabase()
const intake = testIntake(url)
const clock = new TestClock()
const told: number[] = []
const { app, counts, post } = webhookApp({
  clock,
  intake: intake.pool,
  clientSecrets: ['the-new-secret', SECRET],
  onStored: (portalIds) => told.push(...portalIds),
})
afterAll(() => app.close())
beforeEach(() => {
  counts.reset()
  told.length = 0
})

describe('a signed delivery', () => {
  test('is answered 204 with its events in the ledger and their lanes awake', async () => {
    const portalId = await newPortal(db, clock)
    const event = stageChange(portalId, { objectId: 124, occurredAt: 1_790_000_000_123, somethingNew: { a: [1, 'ü'] } })
    expect(await post([event])).toMatchObject({ status: 204, code: undefined })
    expect(await intake.ledger(portalId)).toEqual([
      {
        portal_id: portalId,
        subscription_type: 'deal.propertyChange',
        object_id: '124',
        lane_key: 'deal:124',
        deal_id: '124',
        status: 'pending',
        reason_code: null,
        occurred_ms: 1_790_000_000_123,
        payload: event,
      },
    ])
    expect(await intake.lanes(portalId)).toEqual([{ key: 'deal:124', due: '2026-11-23T09:00:00Z', not_before: null }])
    expect(told).toEqual([portalId])
    expect(counts.allEvents()).toEqual({ stored: 1 })
    expect(counts.requests('accepted')).toBe(1)
  })

  test('may hold events of several portals', async () => {
    const [one, two] = [await newPortal(db, clock), await newPortal(db, clock)]
    await post([stageChange(one), stageChange(two), stageChange(one)])
    expect(await intake.ledger(one)).toHaveLength(2)
    expect(await intake.ledger(two)).toHaveLength(1)
    expect(told.toSorted()).toEqual([one, two].toSorted())
  })

  test('may be empty', async () => {
    expect(await post([])).toMatchObject({ status: 204 })
    expect(counts.allEvents()).toEqual({})
  })

  test('is accepted with the secret that is being rotated in, too', async () => {
    const portalId = await newPortal(db, clock)
    const body = Buffer.from(JSON.stringify([stageChange(portalId)]))
    const headers = signed(clock, 'POST', WEBHOOK, body, 'the-new-secret')
    expect(await post(body, headers)).toMatchObject({ status: 204 })
  })

  test('keeps a leased lane leased and does not postpone one that is due sooner', async () => {
    const portalId = await newPortal(db, clock)
    await intake.owner.query(
      `insert into lanes (portal_id, kind, key, due_at, not_before) values
        ($1, 'events', 'deal:1', '2026-11-23T10:00:00Z', '2026-11-23T10:00:00Z'),
        ($1, 'events', 'deal:2', '2026-11-23T08:00:00Z', null), ($1, 'events', 'deal:3', '2026-11-23T10:00:00Z', null)`,
      [portalId],
    )
    await post([1, 2, 3].map((objectId) => stageChange(portalId, { objectId })))
    expect(await intake.lanes(portalId)).toEqual([
      { key: 'deal:1', due: '2026-11-23T10:00:00Z', not_before: '2026-11-23T10:00:00Z' },
      { key: 'deal:2', due: '2026-11-23T08:00:00Z', not_before: null },
      { key: 'deal:3', due: '2026-11-23T09:00:00Z', not_before: null },
    ])
  })
})

describe('a request that HubSpot did not sign for us', () => {
  const other = (body: Buffer) => signed(clock, 'POST', WEBHOOK, body, 'somebody-else')
  test.each([
    ['without headers', () => ({ 'x-hubspot-signature-v3': '', 'x-hubspot-request-timestamp': '' })],
    ['with another secret', other],
    ['for another path', (body: Buffer) => signed(clock, 'POST', '/api/settings', body)],
    ['for another method', (body: Buffer) => signed(clock, 'GET', WEBHOOK, body)],
    ['for another query', (body: Buffer) => signed(clock, 'POST', `${WEBHOOK}?a=1`, body)],
    ['for another body', (body: Buffer) => signed(clock, 'POST', WEBHOOK, Buffer.concat([body, Buffer.from(' ')]))],
  ])('%s is answered 401 with a typed body and leaves no trace', async (_name, headers) => {
    const portalId = await newPortal(db, clock)
    const body = Buffer.from(JSON.stringify([stageChange(portalId)]))
    expect(await post(body, headers(body))).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(await intake.ledger(portalId)).toEqual([])
    expect(counts.requests('unauthenticated')).toBe(1)
  })

  test('is not believed because of its Host or forwarding headers, and neither is a signed one doubted for them', async () => {
    const portalId = await newPortal(db, clock)
    const body = Buffer.from(JSON.stringify([stageChange(portalId)]))
    const spoofed = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }
    expect(await post(body, spoofed)).toMatchObject({ status: 204 })
    const { createHmac } = await import('node:crypto')
    const timestamp = String(clock.read().epochMilliseconds)
    const forEvil = createHmac('sha256', SECRET).update(`POSThttps://evil.example${WEBHOOK}${body}${timestamp}`)
    const headers = { ...spoofed, 'x-hubspot-signature-v3': forEvil.digest('base64') }
    expect(await post(body, headers)).toMatchObject({ status: 401 })
    expect(PUBLIC_URL).not.toContain('evil')
  })

  test('cannot fall back to version 1 of the signature', async () => {
    const portalId = await newPortal(db, clock)
    const body = JSON.stringify([stageChange(portalId)])
    const { hash } = await import('node:crypto')
    const old = { 'x-hubspot-signature': hash('sha256', SECRET + body), 'x-hubspot-signature-version': 'v1' }
    const none = { 'x-hubspot-signature-v3': '', 'x-hubspot-request-timestamp': '' }
    expect(await post(body, { ...old, ...none })).toMatchObject({ status: 401 })
    expect(await post(body, old)).toMatchObject({ status: 204 })
  })

  test('is learned nothing from: an unsigned broken body is 401, not 400', async () => {
    expect(await post('{', other(Buffer.from('{')))).toMatchObject({ status: 401 })
  })
})

describe('the same request again', () => {
  test('is answered 204 within five minutes and stored once; later it is refused', async () => {
    const portalId = await newPortal(db, clock)
    const later = new TestClock()
    const body = Buffer.from(JSON.stringify([stageChange(portalId), stageChange(portalId)]))
    const headers = signed(later, 'POST', WEBHOOK, body)
    const replay = webhookApp({ clock: later, intake: intake.pool })
    expect(await replay.post(body, headers)).toMatchObject({ status: 204 })
    later.passes({ minutes: 4, seconds: 59 })
    expect(await replay.post(body, headers)).toMatchObject({ status: 204 })
    expect(replay.counts.allEvents()).toEqual({ stored: 2, duplicate: 2 })
    later.passes({ seconds: 2 })
    expect(await replay.post(body, headers)).toMatchObject({ status: 401 })
    expect(await intake.ledger(portalId)).toHaveLength(2)
    await replay.app.close()
  })
})

describe('the same fact again', () => {
  test('is stored once and counted exactly, however ids change and however many arrive at once', async () => {
    const portalId = await newPortal(db, clock)
    const facts = Array.from({ length: 50 }, () => stageChange(portalId))
    const deliveries = Array.from({ length: 8 }, (_, copy) =>
      facts
        .toSorted((a, b) => ((Number(a.objectId) * (copy + 3)) % 17) - ((Number(b.objectId) * (copy + 3)) % 17))
        .map((fact, index) => ({
          ...fact,
          eventId: copy * 1000 + index,
          subscriptionId: 30 + copy,
          attemptNumber: copy,
        })),
    )
    const answers = await Promise.all(deliveries.map((delivery) => post(delivery)))
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(204))
    expect(counts.allEvents()).toEqual({ stored: 50, duplicate: 350 })
    expect(await intake.ledger(portalId)).toHaveLength(50)
  })

  test('is the same in the generic and in the legacy shape', async () => {
    const portalId = await newPortal(db, clock)
    const generic = stageChange(portalId)
    const legacy = { ...generic, subscriptionType: 'deal.propertyChange', objectTypeId: undefined }
    await post([generic, legacy])
    expect(counts.allEvents()).toEqual({ stored: 1, duplicate: 1 })
  })

  test('is another one with another value, object, moment, type or portal', async () => {
    const [portalId, other] = [await newPortal(db, clock), await newPortal(db, clock)]
    const fact = stageChange(portalId)
    await post([
      fact,
      { ...fact, propertyValue: 'closedwon' },
      { ...fact, propertyName: 'pipeline' },
      { ...fact, objectId: 5 },
      { ...fact, occurredAt: Number(fact.occurredAt) + 1 },
      { ...fact, objectTypeId: '0-1' },
      { ...fact, portalId: other },
      { ...fact, subscriptionType: 'object.creation' },
    ])
    expect(counts.allEvents()).toEqual({ stored: 8 })
  })
})

describe('events we cannot use', () => {
  test('of portals without an installation are dropped and counted', async () => {
    const portalId = await newPortal(db, clock)
    expect(await post([stageChange(999_999), stageChange(portalId)])).toMatchObject({ status: 204 })
    expect(counts.allEvents()).toEqual({ stored: 1, unknown_portal: 1 })
    expect(await intake.ledger(999_999)).toEqual([])
    expect(await intake.lanes(999_999)).toEqual([])
  })

  test('of a disconnected portal are kept but not processed', async () => {
    const portalId = await newPortal(db, clock, 'disconnected')
    const event = stageChange(portalId)
    expect(await post([event])).toMatchObject({ status: 204 })
    await post([event])
    expect(await intake.ledger(portalId)).toMatchObject([{ status: 'ignored', reason_code: 'disconnected' }])
    expect(await intake.lanes(portalId)).toEqual([])
    expect(counts.allEvents()).toEqual({ disconnected: 1, duplicate: 1 })
    expect(told).toEqual([])
  })

  test('of a portal that must reconnect wait for it', async () => {
    const portalId = await newPortal(db, clock, 'inactive')
    await post([stageChange(portalId)])
    expect(await intake.ledger(portalId)).toMatchObject([{ status: 'pending' }])
  })

  test('of types we do not handle are answered and counted, not stored', async () => {
    const portalId = await newPortal(db, clock)
    const types = [
      'company.creation',
      'conversation.newMessage',
      'deal.somethingNew',
      'object',
      '',
      'deal.merge.x',
      'deal.privacyDeletion',
    ]
    await post(types.map((subscriptionType) => stageChange(portalId, { subscriptionType })))
    await post([stageChange(portalId, { objectTypeId: '0-2' }), stageChange(portalId, { objectTypeId: '2-4711' })])
    expect(counts.allEvents()).toEqual({ unknown_type: types.length + 2 })
    expect(await intake.ledger(portalId)).toEqual([])
  })
})

test('ids beyond 2^53 keep their digits', async () => {
  const portalId = await newPortal(db, clock)
  const text = JSON.stringify([stageChange(portalId, { objectId: 1 })]).replace(
    '"objectId":1,',
    '"objectId":9007199254740993,',
  )
  await post(text)
  expect(await intake.ledger(portalId)).toMatchObject([
    { object_id: '9007199254740993', payload: { objectId: '9007199254740993' } },
  ])
})
