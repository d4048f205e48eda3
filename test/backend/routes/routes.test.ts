import { describe, expect, test } from 'vitest'
import { useDatabase } from '#test/support/database.ts'
import { REP, useRealApp } from '#test/support/real-app.ts'
import { API, type Ids, splitName } from './calls.ts'
import { findRouteFaults, OUTSIDE } from './find-route-faults.ts'

const database = useDatabase()
const real = useRealApp(database)

const names = () =>
  real.routes.flatMap((route) =>
    [route.method]
      .flat()
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method} ${route.url}`),
  )

test('every route has its guard and its schemas', async () => {
  expect(real.routes.length).toBeGreaterThan(40)
  for (const route of real.routes) expect(await findRouteFaults(real.app, route)).toEqual([])
})

test('the lists of routes name exactly those that exist', () => {
  expect(names().toSorted()).toEqual([...Object.keys(API), ...Object.keys(OUTSIDE)].toSorted())
})

describe('what is not guarded by the signature of a card', () => {
  test.each([
    ['POST', '/webhooks/hubspot', 401],
    ['GET', '/oauth/callback?state=made-up&code=stolen', 400],
    ['GET', '/unsubscribe/made-up', 404],
    ['POST', '/unsubscribe/made-up', 404],
    ['GET', '/l/made-up', 404],
    ['GET', '/o/made-up', 200],
    ['GET', '/openapi.json', 200],
  ] as const)('%s %s without its own guard’s proof is %i', async (method, url, status) => {
    expect(await real.app.inject({ method, url })).toMatchObject({ statusCode: status })
  })

  test('the addresses for the operator name no portal', async () => {
    await real.connects(481516234299)
    expect(await real.ask('GET', '/api/settings', { portalId: 481516234299 })).toMatchObject({ status: 200 })
    for (const url of ['/livez', '/readyz', '/metrics']) {
      const answer = await real.app.inject({ method: 'GET', url })
      expect(answer).toMatchObject({ statusCode: 200 })
      expect(answer.body).not.toContain('481516234299')
    }
  })
})

test.each([
  ['reset', {}, 'hubspot_unavailable'],
  ['status', { status: 400, body: { status: 'error', message: 'no' } }, 'hubspot_rejected'],
] as const)('HubSpot failing a verb (%s) is an answer that people read', async (kind, answer, code) => {
  const portalId = 4050 + kind.length
  await real.connects(portalId)
  const heal = real.sandbox.faults.add({ match: { portalId }, kind, times: Infinity, ...answer })
  const body = { idempotencyKey: 'while-hubspot-is-down' }
  const refused = await real.ask('POST', '/api/pipelines/refresh', { portalId, body })
  expect(refused).toMatchObject({ status: 200, body: { ok: false, error: { code } } })
  heal()
  const again = await real.ask('POST', '/api/pipelines/refresh', { portalId, body })
  expect(again).toMatchObject({ status: 200, body: { ok: true } })
})

test('a person is told to come back where the background would wait', async () => {
  const portalId = 4060
  await real.connects(portalId)
  const retry = { headers: { 'retry-after': '8' }, body: { status: 'error', errorType: 'RATE_LIMIT' } }
  real.sandbox.faults.add({ match: { portalId }, kind: 'status', status: 429, ...retry })
  const body = { idempotencyKey: 'while-hubspot-is-busy' }
  const refused = await real.ask('POST', '/api/pipelines/refresh', { portalId, body })
  expect(refused).toMatchObject({ status: 200, body: { ok: false, error: { code: 'hubspot_unavailable' } } })
  await real.deps.hubspot.call(portalId, {
    ...{ method: 'GET', path: '/crm/pipelines/2026-09/deals', family: 'crm', repeatable: true },
  })
})

describe('a person who is no admin', () => {
  const someone: Ids = {
    dealId: '9001',
    contactId: '51',
    pipelineId: 'sales',
    stageId: 'booked',
    sequenceId: '01890000-0000-7000-8000-000000000001',
    enrollmentId: '01890000-0000-7000-8000-000000000002',
    stepRunId: '01890000-0000-7000-8000-000000000003',
    mailRunId: '01890000-0000-7000-8000-000000000005',
    eventId: '1',
    approvalId: '01890000-0000-7000-8000-000000000004',
    senderId: '01890000-0000-7000-8000-000000000005',
    ownerId: '71',
  }

  test.each(Object.entries(API).filter(([, route]) => route.for === 'admin'))('may not %s', async (name, route) => {
    const portalId = 4100 + Object.keys(API).indexOf(name)
    await real.connects(portalId)
    const { path, body, query } = route.call(someone)
    const asked = { portalId, body, who: REP, ...(query ? { query } : {}) }
    const answer = await real.ask(splitName(name).method, path, asked)
    expect(answer).toMatchObject({ status: 403, body: { ok: false, error: { code: 'forbidden' } } })
    expect(answer.body?.error?.message).toContain('admin@example.com')
  })

  test.each(Object.entries(API).filter(([, route]) => route.for === 'everyone'))(
    'is not refused at %s',
    async (name, route) => {
      const portalId = 4200 + Object.keys(API).indexOf(name)
      await real.connects(portalId)
      const { path, body, query } = route.call(someone)
      const { status } = await real.ask(splitName(name).method, path, {
        portalId,
        who: REP,
        ...(body ? { body } : {}),
        ...(query ? { query } : {}),
      })
      expect([200, 404]).toContain(status)
    },
  )
})

describe('with routes that nobody guarded', () => {
  const planted = useRealApp(database, {
    plant: (app) => {
      app.get('/api/planted', async () => ({ ok: true, data: 'everything' }))
      app.post('/api/planted/:id', async () => ({ ok: true, data: 'everything' }))
      app.put('/planted', async () => 'everything')
    },
  })

  test('each of them is found', async () => {
    const faults = (await Promise.all(planted.routes.map((route) => findRouteFaults(planted.app, route)))).flat()
    expect(faults).toEqual(
      expect.arrayContaining([
        'GET /api/planted answers an unsigned request with 200',
        'HEAD /api/planted answers an unsigned request with 200',
        'GET /api/planted is not in openapi.json',
        'GET /api/planted has no response schema of an answer',
        'POST /api/planted/:id answers an unsigned request with 200',
        'POST /api/planted/:id has no body schema',
        'POST /api/planted/:id has no idempotencyKey',
        'POST /api/planted/:id does not check id',
        'PUT /planted is outside /api and not on the list',
      ]),
    )
    expect(faults.filter((fault) => !fault.includes('planted'))).toEqual([])
  })
})
