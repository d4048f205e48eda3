import { expect, test } from 'vitest'
import { call, FIRST_DEAL, NORTHWIND_ID, sandboxForTest } from './starting.ts'

const DEAL = `/crm/objects/2026-09/deals/${FIRST_DEAL}`

async function connected() {
  const sandbox = await sandboxForTest()
  return { sandbox, token: sandbox.install(NORTHWIND_ID).accessToken }
}

test('a status fault answers in place of the work, as often as told', async () => {
  const { sandbox, token } = await connected()
  sandbox.faults.add({ match: { path: DEAL }, kind: 'status', status: 477, headers: { 'retry-after': '30' }, times: 2 })
  const refused = await call(sandbox, token, 'GET', DEAL)
  expect(refused.status).toBe(477)
  expect(refused.headers.get('retry-after')).toBe('30')
  expect((await call(sandbox, token, 'PATCH', DEAL, { properties: { amount: '1' } })).status).toBe(477)
  expect((await call(sandbox, token, 'GET', DEAL)).body.properties.amount).toBe('48000')
  expect(sandbox.faults.played).toBe(2)
})

test('a fault may wait for a later call, a method, a portal or a family', async () => {
  const { sandbox, token } = await connected()
  sandbox.faults.add({ match: { method: 'GET', portalId: NORTHWIND_ID, family: 'crm' }, after: 1, kind: 'html' })
  expect((await call(sandbox, token, 'GET', DEAL)).status).toBe(200)
  expect((await call(sandbox, token, 'GET', '/crm/owners/2026-09')).status).toBe(200)
  const response = await fetch(sandbox.url + DEAL, { headers: { authorization: `Bearer ${token}` } })
  expect(response.status).toBe(502)
  expect(response.headers.get('content-type')).toBe('text/html')
  expect(await response.text()).toContain('Bad Gateway')
})

test.each(['reset', 'truncated'] as const)('%s breaks the answer off', async (kind) => {
  const { sandbox, token } = await connected()
  sandbox.faults.add({ match: { path: /deals/ }, kind })
  await expect(call(sandbox, token, 'GET', DEAL)).rejects.toThrow()
  expect(sandbox.journal.entries.at(-1)).toMatchObject({ fault: kind, status: 0 })
  expect((await call(sandbox, token, 'GET', DEAL)).status).toBe(200)
})

test('a timeout never answers, and does not keep the sandbox from stopping', async () => {
  const { sandbox, token } = await connected()
  sandbox.faults.add({ match: {}, kind: 'timeout' })
  const hanging = fetch(sandbox.url + DEAL, { headers: { authorization: `Bearer ${token}` } })
  const broken = expect(hanging).rejects.toThrow()
  await expect.poll(() => sandbox.faults.played, { timeout: 10_000 }).toBe(1)
  await sandbox.stop()
  await broken
})

test('a dropped answer leaves the work done', async () => {
  const { sandbox, token } = await connected()
  sandbox.faults.add({ match: { method: 'PATCH' }, kind: 'dropAnswer' })
  await expect(call(sandbox, token, 'PATCH', DEAL, { properties: { amount: '7' } })).rejects.toThrow()
  expect((await call(sandbox, token, 'GET', DEAL)).body.properties.amount).toBe('7')
})

test('a fault can be taken back', async () => {
  const { sandbox, token } = await connected()
  const remove = sandbox.faults.add({ match: {}, kind: 'status', times: Number.POSITIVE_INFINITY })
  expect((await call(sandbox, token, 'GET', DEAL)).status).toBe(503)
  remove()
  expect((await call(sandbox, token, 'GET', DEAL)).status).toBe(200)
})

test('a very long address is refused with 414', async () => {
  const { sandbox, token } = await connected()
  const answer = await call(sandbox, token, 'GET', `${DEAL}?properties=${'a,'.repeat(5000)}`)
  expect(answer.status).toBe(414)
})
