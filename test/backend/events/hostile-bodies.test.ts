import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { apiApp } from '#test/backend/http/api-app.ts'
import { useDatabase } from '#test/support/database.ts'
import { newPortal, TestClock } from '#test/support/deps.ts'
import { testIntake } from './test-intake.ts'
import { signed, stageChange, WEBHOOK, webhookApp } from './webhook-app.ts'

const corpora = new URL('../../corpora/', import.meta.url)
const suite = new URL('jsontestsuite/test_parsing/', corpora)
const files = readdirSync(suite).map((name) => ({ name, body: readFileSync(new URL(encodeURIComponent(name), suite)) }))
const poison: { payloads: string[] } = JSON.parse(readFileSync(new URL('proto-poison/payloads.json', corpora), 'utf8'))

const { db, url } = useDatabase()
const intake = testIntake(url)
const clock = new TestClock()
const { app, counts, post } = webhookApp({ clock, intake: intake.pool })
const api = apiApp(clock)
let portalId = 0
beforeAll(async () => {
  portalId = await newPortal(db, clock)
})
beforeEach(() => counts.reset())
afterAll(async () => {
  await app.close()
  await api.app.close()
})

async function storedInAll(): Promise<number> {
  const { rows } = await intake.owner.query<{ count: number }>('select count(*)::int as count from events')
  return rows[0]?.count ?? -1
}

describe('every file of JSONTestSuite, signed', () => {
  test.each(files)('$name is answered and stores nothing as a webhook', async ({ name, body }) => {
    const answer = await post(body)
    expect(name.startsWith('n_') ? [400] : [204, 400]).toContain(answer.status)
    if (answer.status === 400) expect(answer.code).toBe('invalid_input')
    expect(await storedInAll()).toBe(0)
  })

  test.each(files)('$name is answered as a call of a card', async ({ name, body }) => {
    const { status } = await api.call('POST', '/api/echo', { body })
    const tooLarge = body.length > 65_536
    // No body at all is a change without input, not broken JSON.
    const expected = tooLarge
      ? [413]
      : body.length === 0
        ? [200]
        : name.startsWith('n_')
          ? [400]
          : name.startsWith('y_')
            ? [200]
            : [200, 400]
    expect(expected).toContain(status)
  })
})

describe('a body that tries to change prototypes', () => {
  test.each(poison.payloads)('%s does not', async (payload) => {
    for (const body of [
      payload,
      `[${payload}]`,
      `[${JSON.stringify(stageChange(portalId)).slice(0, -1)},"x":${payload}}]`,
    ]) {
      const before = await storedInAll()
      const answer = await post(body)
      expect([204, 400]).toContain(answer.status)
      const dangerous = /__proto__|005f|onstructor.*prototype/.test(body)
      if (dangerous) expect(answer.status).toBe(400)
      expect((await storedInAll()) - before).toBe(answer.status === 204 && body.includes('dealstage') ? 1 : 0)
      const { status } = await api.call('POST', '/api/echo', { body })
      expect(status).toBe(dangerous ? 400 : 200)
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect('polluted' in {}).toBe(false)
  })

  test('two portals in one event are the last one, for us and for the database', async () => {
    const text = JSON.stringify(stageChange(portalId)).replace('"portalId":', '"portalId":999999,"portalId":')
    await post(`[${text}]`)
    expect((await intake.ledger(portalId)).at(-1)).toMatchObject({ portal_id: portalId, payload: { portalId } })
    expect(counts.allEvents()).toEqual({ stored: 1 })
  })
})

describe('a body that is too much', () => {
  const MiB = 1024 * 1024
  const padded = (bytes: number) => {
    const event = JSON.stringify([stageChange(portalId, { propertyValue: '' })])
    return Buffer.from(event.replace('"propertyValue":""', `"propertyValue":"${'x'.repeat(bytes - event.length)}"`))
  }
  test('is 413 one byte above 1 MiB, and stored at 1 MiB', async () => {
    expect(await post(padded(MiB + 1))).toMatchObject({ status: 413, code: 'payload_too_large' })
    expect(counts.allEvents()).toEqual({})
    expect(await post(padded(MiB))).toMatchObject({ status: 204 })
    expect(counts.allEvents()).toEqual({ stored: 1 })
  })

  test('is 413 too when it comes in chunks without a length', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' })
    const address = app.server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const send = (body: Buffer) =>
      new Promise<number>((resolve, reject) => {
        const headers = { 'content-type': 'application/json', ...signed(clock, 'POST', WEBHOOK, body) }
        const call = request({ port, host: '127.0.0.1', path: WEBHOOK, method: 'POST', headers }, (answer) => {
          answer.resume()
          resolve(answer.statusCode ?? 0)
        })
        call.on('error', reject)
        for (let at = 0; at < body.length; at += 65_536) call.write(body.subarray(at, at + 65_536))
        call.end()
      })
    expect(await send(padded(200_000))).toBe(204)
    expect(await send(padded(MiB + 1))).toBe(413)
  })

  test('is 400 with 400 000 levels, in arrays or objects, closed or not', async () => {
    const levels = 400_000
    const arrays = '['.repeat(levels)
    for (const body of [arrays, arrays + ']'.repeat(levels), '{"a":'.repeat(200_000), '[{"a":'.repeat(100_000)]) {
      expect(await post(body)).toMatchObject({ status: 400, code: 'invalid_input' })
    }
  })

  test('is 400 above 1000 events', async () => {
    expect(await post(Array(1001).fill(1))).toMatchObject({ status: 400 })
    expect(await post(Array(1000).fill(1))).toMatchObject({ status: 204 })
    expect(counts.allEvents()).toEqual({ malformed: 1000 })
  })
})

test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/x-ndjson', 'text/json', ''])(
  'a body of type %j is 415',
  async (type) => {
    expect(await post('[]', { 'content-type': type })).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  },
)

test('a compressed body is 415, a charset is fine', async () => {
  for (const encoding of ['gzip', 'br', 'deflate', 'gzip, identity']) {
    expect(await post('[]', { 'content-encoding': encoding })).toMatchObject({ status: 415 })
  }
  expect(await post('[]', { 'content-type': 'application/json; charset=UTF-8' })).toMatchObject({ status: 204 })
})

test.each(['{}', '"x"', '7', 'null', 'true'])('%s is JSON, but no delivery', async (body) => {
  expect(await post(body)).toMatchObject({ status: 400, code: 'invalid_input' })
})
