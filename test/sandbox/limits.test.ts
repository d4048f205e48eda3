import { expect, test } from 'vitest'
import type { Clock } from '#core/clock.ts'
import { call, FIRST_DEAL, HARBOR_PINE_ID, NORTHWIND_ID, sandboxForTest } from './starting.ts'

async function heldStill(options: Parameters<typeof sandboxForTest>[0] = {}) {
  let instant = Temporal.Instant.from('2026-11-21T09:00:00Z')
  const clock: Clock = () => instant
  const sandbox = await sandboxForTest({ clock, ...options })
  const forward = (milliseconds: number) => {
    instant = instant.add({ milliseconds })
  }
  return { sandbox, forward, token: sandbox.install(NORTHWIND_ID).accessToken }
}

const DEAL = `/crm/objects/2026-09/deals/${FIRST_DEAL}`

test('the 111th call within ten seconds is refused until the window has moved on', async () => {
  const { sandbox, forward, token } = await heldStill()
  const first = await call(sandbox, token, 'GET', DEAL)
  expect(first.headers.get('x-hubspot-ratelimit-max')).toBe('110')
  expect(first.headers.get('x-hubspot-ratelimit-remaining')).toBe('109')
  expect(first.headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000')
  forward(4000)
  for (let count = 0; count < 109; count++) expect((await call(sandbox, token, 'GET', DEAL)).status).toBe(200)
  const refused = await call(sandbox, token, 'GET', DEAL)
  expect(refused.status).toBe(429)
  expect(refused.body).toMatchObject({
    status: 'error',
    errorType: 'RATE_LIMIT',
    policyName: 'TEN_SECONDLY_ROLLING',
    message: 'You have reached your ten_secondly_rolling limit.',
  })
  const other = sandbox.install(HARBOR_PINE_ID).accessToken
  expect((await call(sandbox, other, 'GET', DEAL)).status).toBe(200)
  // Only the first call has left the window.
  forward(6001)
  expect((await call(sandbox, token, 'GET', DEAL)).status).toBe(200)
  expect((await call(sandbox, token, 'GET', DEAL)).status).toBe(429)
})

test('searches have their own limit of five per second and no headers', async () => {
  const { sandbox, forward, token } = await heldStill()
  const search = () => call(sandbox, token, 'POST', '/crm/objects/2026-09/deals/search', { limit: 1 })
  for (let count = 0; count < 5; count++) {
    const answer = await search()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-hubspot-ratelimit-remaining')).toBeNull()
  }
  expect(await search()).toMatchObject({ status: 429, body: { message: 'You have reached your secondly limit.' } })
  forward(1001)
  expect((await search()).status).toBe(200)
  expect((await call(sandbox, token, 'GET', DEAL)).headers.get('x-hubspot-ratelimit-remaining')).toBe('109')
})

test('association calls have their own budget', async () => {
  const { sandbox, token } = await heldStill({ limits: { associations: 2 } })
  const path = '/crm/associations/2026-09/deals/contacts/batch/read'
  const read = () => call(sandbox, token, 'POST', path, { inputs: [{ id: FIRST_DEAL }] })
  expect((await read()).status).toBe(200)
  expect((await read()).status).toBe(200)
  expect((await read()).status).toBe(429)
  expect((await call(sandbox, token, 'GET', DEAL)).status).toBe(200)
})

test('limits can be switched off', async () => {
  const { sandbox, token } = await heldStill({ limits: false })
  for (let count = 0; count < 120; count++) expect((await call(sandbox, token, 'GET', DEAL)).status).toBe(200)
})

test('the journal counts every call by family', async () => {
  const { sandbox, token } = await heldStill()
  await call(sandbox, token, 'GET', `${DEAL}?properties=dealname`)
  await call(sandbox, token, 'POST', '/crm/objects/2026-09/deals/search', {})
  await call(sandbox, token, 'GET', '/crm/pipelines/2026-09/deals')
  await call(sandbox, null, 'GET', '/crm/nowhere/2026-09')
  expect(sandbox.journal.entries).toMatchObject([
    { portalId: NORTHWIND_ID, method: 'GET', path: DEAL, query: 'properties=dealname', family: 'crm', status: 200 },
    { family: 'search', status: 200 },
    { family: 'pipelines', status: 200 },
    { portalId: null, family: 'unknown', status: 404 },
  ])
  expect(sandbox.journal.counters).toEqual({
    total: 4,
    families: { crm: 1, search: 1, pipelines: 1, unknown: 1 },
    statuses: { 200: 3, 404: 1 },
  })
})
