import { expect, test } from 'vitest'
import { appForTest, NORTHWIND_ID, sandboxForTest } from './starting.ts'

const URL = 'https://stagecue.example/api/settings'
const USER = 61204417

type App = Awaited<ReturnType<typeof appForTest>>
type Sandbox = Awaited<ReturnType<typeof sandboxForTest>>

function fetchAs(sandbox: Sandbox, more: object = {}) {
  return sandbox.fetchProxy.fetch({ portalId: NORTHWIND_ID, userId: USER, url: URL, ...more })
}

async function wired(answer?: Parameters<typeof appForTest>[0]): Promise<{ app: App; sandbox: Sandbox }> {
  const app = await appForTest(answer)
  return { app, sandbox: await sandboxForTest({ appTarget: app.url }) }
}

test('a 5xx is repeated once, and the second answer counts', async () => {
  const { app, sandbox } = await wired((_received, response, count) => {
    response.statusCode = count === 1 ? 500 : 200
    response.end('{"ok":true}')
  })
  expect(await fetchAs(sandbox, { method: 'POST', body: { key: 'k' } })).toMatchObject({ status: 200 })
  expect(app.received.map((one) => one.body)).toEqual(['{"key":"k"}', '{"key":"k"}'])
  expect(sandbox.fetchProxy.calls[0]).toMatchObject({ tries: [500, 200], status: 200 })
})

test('an answer that is not 2xx reaches the card as a gateway error', async () => {
  const { app, sandbox } = await wired((_received, response) => {
    response.statusCode = 422
    response.end('secret detail')
  })
  const answer = await fetchAs(sandbox)
  expect(answer.status).toBe(422)
  expect(JSON.parse(answer.body)).toMatchObject({
    status: 'error',
    category: 'BAD_GATEWAY',
    context: { appServerStatusCode: ['422'] },
  })
  expect(answer.body).not.toContain('secret detail')
  expect(app.received).toHaveLength(1)
})

test('an app that cannot be reached is tried twice', async () => {
  const sandbox = await sandboxForTest({ appTarget: 'http://127.0.0.1:1' })
  expect((await fetchAs(sandbox)).status).toBe(502)
  expect(sandbox.fetchProxy.calls[0]?.tries).toEqual([0, 0])
})

test('an app that is too slow is not tried again', async () => {
  const { sandbox } = await wired(() => undefined)
  expect((await fetchAs(sandbox, { timeout: 300 })).status).toBe(504)
  expect(sandbox.fetchProxy.calls[0]?.tries).toEqual([-1])
})

test('redirects are not followed', async () => {
  const { app, sandbox } = await wired((_received, response) => {
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  expect((await fetchAs(sandbox)).status).toBe(302)
  expect(app.received).toHaveLength(1)
})

test.each([
  ['an address outside permittedUrls', { url: 'https://stagecue.example.evil.test/api' }, 403],
  ['a header other than Authorization', { headers: { 'x-custom': '1' } }, 400],
  ['a body that is not an object', { method: 'POST', body: ['a'] }, 400],
  ['a body above 1 MB', { method: 'POST', body: { text: 'x'.repeat(1_100_000) } }, 413],
  ['a method that is not allowed', { method: 'TRACE' }, 400],
  ['a user of another portal', { userId: 61377250 }, 403],
])('%s is refused before it leaves', async (_what, more, status) => {
  const { app, sandbox } = await wired()
  expect((await fetchAs(sandbox, more)).status).toBe(status)
  expect(app.received).toEqual([])
})

test('an answer above 1 MB is a gateway error', async () => {
  const { sandbox } = await wired((_received, response) => response.end('x'.repeat(1_100_000)))
  expect(await fetchAs(sandbox)).toMatchObject({ status: 502 })
})

test('identity is appended behind whatever the card put into the address', async () => {
  const { app, sandbox } = await wired()
  await fetchAs(sandbox, { url: `${URL}?portalId=1&userId=2`, headers: { Authorization: 'Bearer x' } })
  const query = new URLSearchParams(app.received[0]?.url.split('?')[1])
  expect(query.getAll('portalId')).toEqual(['1', String(NORTHWIND_ID)])
  expect(query.getAll('userId')).toEqual(['2', String(USER)])
  expect(app.received[0]?.headers.authorization).toBe('Bearer x')
})

test('the twenty-first call at once is refused with 429', async () => {
  const held: (() => void)[] = []
  const { app, sandbox } = await wired((_received, response) => held.push(() => response.end()))
  const running = Array.from({ length: 20 }, () => fetchAs(sandbox))
  await expect.poll(() => app.received.length, { timeout: 10_000 }).toBe(20)
  expect((await fetchAs(sandbox)).status).toBe(429)
  for (const release of held) release()
  expect(new Set((await Promise.all(running)).map((answer) => answer.status))).toEqual(new Set([200]))
})
