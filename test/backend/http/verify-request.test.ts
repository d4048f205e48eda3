import { afterAll, describe, expect, test } from 'vitest'
import { signed } from '#test/backend/events/webhook-app.ts'
import { TestClock } from '#test/support/deps.ts'
import { apiApp } from './api-app.ts'

const clock = new TestClock()
const { app, reached, call } = apiApp(clock)
afterAll(() => app.close())

describe('a signed request', () => {
  test('carries who asks', async () => {
    const { status, body } = await call('GET', '/api/me')
    expect(status).toBe(200)
    expect(body.data).toEqual({
      portalId: 62515,
      actor: { kind: 'user', userId: '7', email: 'ada@example.com' },
      requestId: expect.any(String),
    })
  })
  test('has its body as parsed JSON', async () => {
    expect((await call('POST', '/api/echo', { body: '{"a":[1,"ü"]}' })).body).toEqual({
      ok: true,
      data: { a: [1, 'ü'] },
    })
  })
  test('may be a POST without a body', async () => {
    expect(await call('POST', '/api/echo')).toMatchObject({ status: 200, body: { data: null } })
  })
  test('may be signed with the secret that is being rotated in', async () => {
    const url = '/api/me?portalId=1&userId=2'
    const answer = await app.inject({ url, headers: signed(clock, 'GET', url, Buffer.alloc(0), 'new') })
    expect(answer.statusCode).toBe(200)
  })
  test('is answered with the typed error where the schema does not fit', async () => {
    const answer = await call('POST', '/api/strict', { body: '{"secretField":{"number":"x"}}' })
    expect(answer).toMatchObject({
      status: 400,
      code: 'invalid_input',
      body: { error: { field: 'secretField.number' } },
    })
  })
})

describe('a request nobody signed', () => {
  const unsigned = { 'x-hubspot-signature-v3': 'AAAA', 'x-hubspot-request-timestamp': '1' }
  test.each([
    ['GET', '/api/me', undefined],
    ['POST', '/api/strict', '{}'],
    ['POST', '/api/strict', '{"secretField":1}'],
    ['POST', '/api/strict', '{broken'],
    ['PUT', '/api/strict', '{}'],
  ] as const)('learns nothing at %s %s with %j', async (method, path, body) => {
    const wrong = { ...signed(clock, method, `${path}?x=1`, Buffer.from(body ?? ''), 'wrong') }
    for (const headers of [unsigned, wrong]) {
      const answer = await call(method, path, { headers, ...(body === undefined ? {} : { body }) })
      expect(answer).toMatchObject({ status: 401, code: 'unauthenticated' })
      expect(JSON.stringify(answer.body)).not.toContain('secretField')
    }
  })
  test('is one that was signed for the webhook or for another host', async () => {
    const body = Buffer.from('{}')
    const headers = signed(clock, 'POST', '/webhooks/hubspot', body)
    expect(await call('POST', '/api/echo', { body, headers })).toMatchObject({ status: 401 })
    expect(await call('GET', '/api/me', { headers: { host: 'evil.example' } })).toMatchObject({ status: 200 })
  })
  test('is one that was signed more than five minutes ago', async () => {
    const then = new TestClock()
    const url = '/api/me?portalId=1&userId=2'
    const headers = signed(then, 'GET', url, Buffer.alloc(0))
    then.passes({ minutes: 5, milliseconds: 1 })
    const late = apiApp(then)
    expect((await late.app.inject({ url, headers })).statusCode).toBe(401)
    await late.app.close()
  })
})

test('a signed request that does not say who asks is nobody', async () => {
  for (const query of ['', 'portalId=1', 'portalId=1&userId=2&portalId=3', 'PortalId=3&portalId=1&userId=2']) {
    expect(await call('GET', '/api/me', { query })).toMatchObject({ status: 401, code: 'unauthenticated' })
  }
})

describe('a body we do not read', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
  ])('of type %s is 415', async (type) => {
    const answer = await call('POST', '/api/echo', { body: '{}', headers: { 'content-type': type } })
    expect(answer).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })
  test('over 64 KiB is 413, at 64 KiB it is read', async () => {
    const body = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`
    expect(await call('POST', '/api/echo', { body: body(65_537) })).toMatchObject({
      status: 413,
      code: 'payload_too_large',
    })
    expect(await call('POST', '/api/echo', { body: body(65_536) })).toMatchObject({ status: 200 })
  })
  test('deeper than 32 levels, not UTF-8 or not JSON is 400', async () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    expect(await call('POST', '/api/echo', { body: nested(32) })).toMatchObject({ status: 200 })
    for (const body of [nested(33), '['.repeat(60_000), Buffer.from([0x22, 0xff, 0x22]), '{', '{}{}']) {
      expect(await call('POST', '/api/echo', { body })).toMatchObject({ status: 400, code: 'invalid_input' })
    }
    const brackets = JSON.stringify({ text: `\\"${'['.repeat(1000)}\\` })
    expect(await call('POST', '/api/echo', { body: brackets })).toMatchObject({ status: 200 })
  })
})

test('nothing reached a route that was not proven', () => {
  expect(reached.every(({ url }) => url.includes('portalId=62515'))).toBe(true)
})
