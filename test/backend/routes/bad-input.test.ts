import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Checksums, checksums } from '#test/support/checksums.ts'
import { useDatabase } from '#test/support/database.ts'
import { type Answered, type Ask, useRealApp } from '#test/support/real-app.ts'
import { API, type Call, type Ids, splitName } from './calls.ts'
import { makeRichPortal } from './rich-portal.ts'

const PORTAL = 6001
const database = useDatabase()
const real = useRealApp(database)

const suite = new URL('../../corpora/jsontestsuite/test_parsing/', import.meta.url)
const broken = readdirSync(suite)
  .filter((name) => name.startsWith('n_'))
  .filter((_name, index) => index % 9 === 0)
  .map((name) => readFileSync(new URL(encodeURIComponent(name), suite)))
  // No body at all, and one that is too large: both have tests of their own.
  .filter((body) => body.length > 0 && body.length < 60_000)
const poison: { payloads: string[] } = JSON.parse(
  readFileSync(new URL('../../corpora/proto-poison/payloads.json', import.meta.url), 'utf8'),
)

let ids: Ids
let before: Checksums
beforeAll(async () => {
  ids = await makeRichPortal(real, PORTAL, 'alpha')
  before = await checksums(database.url)
})
afterEach(async () => {
  expect(await checksums(database.url)).toEqual(before)
  expect({}).not.toHaveProperty('polluted')
})

const withBody = Object.keys(API).filter((name) => !name.startsWith('GET'))
const callOf = (name: string): Call => API[name]?.call(ids) ?? { path: '' }

async function send(name: string, ask: Omit<Ask, 'portalId'>, method = splitName(name).method): Promise<Answered> {
  return real.ask(method, callOf(name).path, { portalId: PORTAL, ...ask })
}

/** A refusal as documented, which says nothing of our inside. */
function expectRefusal(answer: Answered, status: number, code: string, given: unknown): void {
  expect([given, answer]).toMatchObject([
    given,
    { status, body: { ok: false, error: { code, message: expect.any(String), requestId: expect.any(String) } } },
  ])
  expect(Object.keys(answer.body?.error ?? {}).length).toBeLessThanOrEqual(4)
  expect(answer.text).not.toMatch(/node_modules|at Object|\.ts:\d/)
}

const typeOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

/** A value of each type, and what is too much of the right one. */
const VALUES = [null, 7, 'x', true, [], {}]
const LONG_TEXT = 'x'.repeat(30_000)
const EXCESS: Readonly<Record<string, readonly unknown[]>> = {
  string: [LONG_TEXT],
  number: [-1, 1.5],
  array: [[]],
}

/** The value with one thing wrong in it, at any depth, in every way a schema can notice. */
function* spoiled(value: unknown): Generator<unknown> {
  yield* VALUES.filter((wrong) => typeOf(wrong) !== typeOf(value))
  yield* EXCESS[typeOf(value)] ?? []
  if (Array.isArray(value)) {
    yield Array(200).fill(value[0])
    for (const item of spoiled(value[0])) yield [item]
  } else if (typeof value === 'object' && value !== null) {
    yield { ...value, surplus: 1 }
    for (const [key, part] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== key))
      for (const item of spoiled(part)) yield { ...value, [key]: item }
    }
  }
}

/** The value with one text or number in it that has the right type and that the database could not keep. */
function* unstorable(value: unknown): Generator<unknown> {
  if (typeof value === 'string') for (const wrong of ['a\u0000b', 'a\ud800b']) yield wrong
  if (typeof value === 'number') for (const wrong of [1e308, 2 ** 31, 2 ** 53]) yield wrong
  if (Array.isArray(value)) for (const item of unstorable(value[0])) yield [item]
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      for (const item of unstorable(part)) yield { ...value, [key]: item }
    }
  }
}

describe.each(withBody)('%s', (name) => {
  test('refuses no body, keys it does not know and a portal in the body', async () => {
    const { body = {} } = callOf(name)
    expectRefusal(await send(name, {}), 400, 'invalid_input', 'nothing')
    for (const surplus of [{ portalId: 6002 }, { portal_id: 6002 }, { userId: 1 }, { actor: { kind: 'operator' } }]) {
      expectRefusal(await send(name, { body: { ...body, ...surplus } }), 400, 'invalid_input', surplus)
    }
  })

  test('refuses every value of a wrong shape', async () => {
    for (const wrong of spoiled(callOf(name).body)) {
      // A text that is no file is refused in words for whoever wrote it, like every refusal of a verb.
      const isText = name.includes('/import') && Object(wrong).text === LONG_TEXT
      expectRefusal(await send(name, { body: wrong }), isText ? 200 : 400, 'invalid_input', wrong)
    }
  })

  test('refuses what the database could not keep', async () => {
    for (const wrong of unstorable(callOf(name).body)) {
      const answer = await send(name, { body: wrong })
      expect([wrong, answer]).toMatchObject([wrong, { status: expect.toSatisfy((status) => status < 500) }])
      if (name !== 'POST /api/sequences/preview') expect([wrong, answer.body]).toMatchObject([wrong, { ok: false }])
    }
  })

  test('refuses what is no JSON, and poison', async () => {
    for (const raw of broken) expectRefusal(await send(name, { raw }), 400, 'invalid_input', raw.toString('latin1'))
    const { body = {} } = callOf(name)
    for (const payload of poison.payloads) {
      expectRefusal(await send(name, { raw: payload }), 400, 'invalid_input', payload)
      const inside = `${JSON.stringify(body).slice(0, -1)},"surplus":${payload}}`
      expectRefusal(await send(name, { raw: inside }), 400, 'invalid_input', inside)
    }
    const deep = `${JSON.stringify(body).slice(0, -1)},"surplus":${'['.repeat(5_000)}${']'.repeat(5_000)}}`
    expectRefusal(await send(name, { raw: deep }), 400, 'invalid_input', 'deep')
  })

  test('refuses other content and other methods', async () => {
    const { body = {} } = callOf(name)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'a']) {
      const answer = await send(name, { body, headers: { 'content-type': type } })
      expectRefusal(answer, 415, 'unsupported_media_type', type)
    }
    for (const method of ['DELETE', 'PATCH', 'OPTIONS'] as const) {
      expectRefusal(await send(name, { body }, method), 404, 'not_found', method)
    }
  })

  test('refuses more than it needs', async () => {
    const small = /\/(status|stop|lift|review|moves|draft|starters|test-mail|what-if|remove)$/
    const large = name.includes('/sequences') && !small.test(name)
    const limit = (large ? 1024 : 64) * 1024
    const body = JSON.stringify({ ...callOf(name).body, surplus: '' })
    const filled = (length: number) => body.replace('"surplus":""', `"surplus":"${'x'.repeat(length - body.length)}"`)
    expectRefusal(await send(name, { raw: filled(limit) }), 400, 'invalid_input', limit)
    expectRefusal(await send(name, { raw: filled(limit + 1) }), 413, 'payload_too_large', limit + 1)
  })
})

describe('an id in the path', () => {
  const patterns = Object.keys(API).filter((name) => name.includes(':'))
  const wrong = ['x', '0', '-1', '1e3', '0x1', '1.5', '%00', '%20', 'null', '1'.repeat(30), '%F0%9F%98%80', '*']

  test.each(patterns)('of %s is refused when it is none', async (name) => {
    const { body } = callOf(name)
    for (const id of [...wrong, "1'or'1'='1", '01890000-0000-7000-8000-00000000000Z']) {
      const path = splitName(name).pattern.replace(/:\w+/, id)
      const answer = await real.ask(splitName(name).method, path, { portalId: PORTAL, ...(body ? { body } : {}) })
      if (answer.status === 404) expectRefusal(answer, 404, 'not_found', id)
      else expectRefusal(answer, 400, 'invalid_input', id)
    }
  })
})

test.each([
  'status=none',
  'status=',
  'status=dead&status=done',
  'status[]=dead',
  'before=x',
  'before=-1',
  'before=1e3',
  'before=',
  'before=1&before=2',
  `before=${'9'.repeat(30)}`,
])('GET /api/events refuses ?%s', async (query) => {
  const answer = await real.ask('GET', '/api/events', { portalId: PORTAL, query })
  // A name it does not know is ignored, as HubSpot adds its own.
  if (query.startsWith('status[]')) expect(answer.status).toBe(200)
  else expectRefusal(answer, 400, 'invalid_input', query)
})

test('GET /api/events takes a number larger than any it gave out', async () => {
  const answer = await real.ask('GET', '/api/events', { portalId: PORTAL, query: `before=${'9'.repeat(19)}` })
  expect(answer).toMatchObject({ status: 200, body: { ok: true } })
})

test('a GET with a broken body never fails', async () => {
  for (const name of Object.keys(API).filter((candidate) => candidate.startsWith('GET'))) {
    expect((await send(name, { raw: '{' })).status).toBeLessThan(500)
  }
})
