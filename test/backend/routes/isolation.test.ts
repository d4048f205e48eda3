import { beforeAll, describe, expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { type Checksums, checksums } from '#test/support/checksums.ts'
import { useDatabase } from '#test/support/database.ts'
import { useRealApp } from '#test/support/real-app.ts'
import { API, type Call, type Ids, splitName } from './calls.ts'
import { makeRichPortal, OWN_DEAL } from './rich-portal.ts'

const MINE = 5001
const OTHER = 5002
/** In every text of the other portal, in our database and in HubSpot's. */
const MARK = 'bravo'

const database = useDatabase()
const real = useRealApp(database)
const names = Object.keys(API)
const keyOf = (name: string) => `key-of-route-${names.indexOf(name)}`

let mine: Ids
let others: Ids
let before: Checksums

beforeAll(async () => {
  mine = await makeRichPortal(real, MINE, 'alpha')
  others = { ...(await makeRichPortal(real, OTHER, MARK)), dealId: OWN_DEAL(OTHER), stageId: `only-${MARK}` }
  // The other portal made changes under the very keys that we are going to use.
  const answer = JSON.stringify({ done: true, mark: MARK })
  const used = { portalId: OTHER, operation: 'mapping.save', inputHash: Buffer.from('x'), answer }
  await inPortal(database.db, OTHER, (trx) =>
    trx
      .insertInto('idempotencyKeys')
      .values(names.map((name) => ({ ...used, key: keyOf(name), createdAt: real.deps.clock() })))
      .execute(),
  )
  before = await checksums(database.url, OTHER)
})

/** Asks as our portal; whatever comes back, nothing of the other portal is in it and nothing of it has changed. */
async function ask(name: string, call: Call, query = call.query) {
  const answer = await real.ask(splitName(name).method, call.path, {
    portalId: MINE,
    ...(call.body ? { body: { ...call.body, ...keyIn(call.body, name) } } : {}),
    ...(query ? { query } : {}),
  })
  expect(answer.text.toLowerCase()).not.toContain(MARK)
  expect(JSON.stringify(answer.headers).toLowerCase()).not.toContain(MARK)
  expect(await checksums(database.url, OTHER)).toEqual(before)
  return answer
}

function keyIn(body: Record<string, unknown>, name: string) {
  return 'idempotencyKey' in body ? { idempotencyKey: keyOf(name) } : {}
}

/** The same call with one or all ids of the other portal, as far as it names them. */
function foreignCalls(name: string): Call[] {
  const { call } = API[name] ?? { call: () => ({ path: '' }) }
  const keys = Object.keys(mine) as (keyof Ids)[]
  const mixed = [...keys.map((key) => ({ ...mine, [key]: others[key] })), others]
  const own = JSON.stringify(call(mine))
  return mixed.map((ids) => call(ids)).filter((foreign) => JSON.stringify(foreign) !== own)
}

test('the other portal has rows in every table', () => {
  expect(Object.keys(before).length).toBeGreaterThan(20)
  expect(Object.entries(before).filter(([, { rows }]) => rows === 0)).toEqual([])
})

test('every route under /api has a case here', () => {
  const routes = real.routes.filter(({ url, method }) => url.startsWith('/api') && method !== 'HEAD')
  expect(names.toSorted()).toEqual(routes.map(({ url, method }) => `${method} ${url}`).toSorted())
})

describe('with ids of another portal', () => {
  test.each(names)('%s finds nothing', async (name) => {
    const named =
      /:|mappings( |$)|mappings\/(remove|switch)|events$|POST .*late-mails$/.test(name) && name !== 'GET /api/mappings'
    const calls = foreignCalls(name)
    expect(calls.length > 0).toBe(named)
    for (const call of calls) {
      const answer = await ask(name, call)
      // A page of our own events, from wherever somebody says.
      if (name === 'GET /api/events') expect(answer).toMatchObject({ status: 200, body: { ok: true } })
      else expect([call, answer]).toMatchObject([call, { status: 404, body: { error: { code: 'not_found' } } }])
    }
  })
})

describe('with the other portal’s id beside its own', () => {
  test.each(names)('%s is refused', async (name) => {
    const { call } = API[name] ?? { call: () => ({ path: '' }) }
    for (const query of [`portalId=${OTHER}`, `PortalId=${OTHER}`, `portal%49d=${OTHER}`, `portalId[]=${OTHER}`]) {
      const answer = await ask(name, call(mine), query)
      expect(answer).toMatchObject({ status: 401, body: { error: { code: 'unauthenticated' } } })
    }
  })
})

describe('with ids that both portals have', () => {
  test.each(names)('%s is about its own', async (name) => {
    const { call } = API[name] ?? { call: () => ({ path: '' }) }
    const answer = await ask(name, call(mine))
    expect(answer.status).toBe(200)
    // The countries, the starters and HubSpot's own subscription types are the same for every portal; the rules are numbers
    // alone, which name nobody.
    const same = ['GET /api/holiday-countries', 'GET /api/sequences/starters', 'GET /api/hubspot-mail/subscriptions']
    const namesNobody = [...same, 'GET /api/rules', 'GET /api/publish-approval']
    if (name.startsWith('GET') && !namesNobody.includes(name)) expect(answer.text).toContain('alpha')
  })
})
