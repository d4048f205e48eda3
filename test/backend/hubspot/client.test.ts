import { describe, expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { createHubSpotClient } from '#hubspot/client.ts'
import type { HubSpotCall } from '#hubspot/hubspot.ts'
import {
  type Process,
  describe as show,
  startWorld,
  storeInstallation,
  type World,
} from '#test/backend/installations/world.ts'
import type { Fault } from '#test/sandbox/hubspot/faults.ts'
import { FIRST_DEAL } from '#test/sandbox/starting.ts'
import { useDatabase } from '#test/support/database.ts'

const database = useDatabase()

const DEAL = `/crm/objects/2026-09/deals/${FIRST_DEAL}`
const read: HubSpotCall = { method: 'GET', path: DEAL, family: 'crm', repeatable: false }
const search: HubSpotCall = {
  method: 'POST',
  path: '/crm/objects/2026-09/deals/search',
  body: { limit: 1 },
  family: 'search',
  repeatable: true,
}
const create: HubSpotCall = {
  method: 'POST',
  path: '/crm/objects/2026-09/contacts',
  body: { properties: { email: 'ada.lovelace@example.com', firstname: 'Ada' } },
  family: 'crm',
  repeatable: false,
}

/** One process on a connected portal whose pauses take no time but move the clock. */
async function connectedWorld() {
  const world = await startWorld(database)
  const { portalId, ...tokens } = await world.connect()
  const pauses: number[] = []
  const process = world.process({
    sleep: async (ms) => {
      pauses.push(ms)
      world.clock.passes({ milliseconds: Math.ceil(ms) })
    },
  })
  return { world, portalId, tokens, pauses, process, call: (call: HubSpotCall) => process.hubspot.call(portalId, call) }
}

const fault = (world: World, more: Omit<Fault, 'match'>) =>
  world.sandbox.faults.add({ match: { path: '/crm' }, ...more })
const crmCalls = (world: World) => world.sandbox.journal.entries.filter((entry) => entry.path.startsWith('/crm')).length

function requestRows(process: Process, portalId: number) {
  return inPortal(process.deps.db, portalId, (trx) =>
    trx.selectFrom('hubspotRequests').where('portalId', '=', portalId).selectAll().orderBy('id').execute(),
  )
}

test('a call answers with status and body', async () => {
  const { call } = await connectedWorld()
  expect(await call(read)).toMatchObject({ status: 200, body: { id: FIRST_DEAL, properties: expect.any(Object) } })
})

describe('what failed may be tried again', () => {
  const broken: Omit<Fault, 'match'>[] = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 524 },
    { kind: 'html' },
    { kind: 'html', status: 200 },
    { kind: 'truncated' },
    { kind: 'reset' },
    { kind: 'dropAnswer' },
    { kind: 'status', status: 200, body: { status: 'error', message: 'internal error' } },
  ]

  test.each(broken)('a read survives two faults of $kind $status', async (kind) => {
    const { world, call } = await connectedWorld()
    fault(world, { ...kind, times: 2 })
    expect((await call(read)).status).toBe(200)
    expect(crmCalls(world)).toBe(3)
  })

  test.each(broken)('a third fault of $kind $status ends the read as unavailable', async (kind) => {
    const { world, call } = await connectedWorld()
    fault(world, { ...kind, times: 10 })
    await expect(call(read)).rejects.toMatchObject({ code: 'hubspot_unavailable', retry: true })
    expect(crmCalls(world)).toBe(3)
  })

  test.each(broken)('a change that may have happened is not sent again after $kind $status', async (kind) => {
    const { world, call } = await connectedWorld()
    fault(world, { ...kind, times: 10 })
    await expect(call(create)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
    expect(crmCalls(world)).toBe(1)
  })

  test.each([429, 423])('a change that HubSpot refused with %d, so did not make, is sent again', async (status) => {
    const { world, call } = await connectedWorld()
    fault(world, { kind: 'status', status, headers: { 'retry-after': '1' } })
    expect((await call(create)).status).toBe(201)
    expect(crmCalls(world)).toBe(2)
  })

  test('a search and a batch read are tried again like a read', async () => {
    const { world, call } = await connectedWorld()
    fault(world, { kind: 'reset', times: 2 })
    expect((await call(search)).status).toBe(200)
  })

  test('a change is tried again when HubSpot could not be reached, since nothing was sent', async () => {
    const { world, process, portalId } = await connectedWorld()
    const { deps, tokens, requestLog } = process
    await tokens.accessToken(portalId)
    const { url } = world.sandbox
    await world.sandbox.stop()
    const hubspot = createHubSpotClient({ ...deps, apiUrl: url, tokens, requestLog })
    await expect(hubspot.call(portalId, create)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
    await hubspot.close()
    const rows = await requestRows(process, portalId)
    expect(rows.map((row) => row.status)).toEqual([null, null, null])
  })
})

describe('waiting', () => {
  test.each([
    { header: '7', least: 7000 },
    { header: 'Mon, 23 Nov 2026 09:00:04 GMT', least: 4000 },
  ])('a Retry-After of $header is honored', async ({ header, least }) => {
    const { world, call, pauses } = await connectedWorld()
    fault(world, { kind: 'status', status: 429, headers: { 'retry-after': header } })
    const before = world.clock.read()
    await call(read)
    const waited = world.clock.read().since(before).total('milliseconds')
    expect(waited).toBeGreaterThanOrEqual(least)
    expect(pauses.length).toBeGreaterThan(0)
  })

  test('a 429 without Retry-After waits for the rest of the ten seconds, and the whole portal with it', async () => {
    const { world, call, process, portalId } = await connectedWorld()
    const body = { status: 'error', errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING', message: 'limit' }
    fault(world, { kind: 'status', status: 429, body })
    const before = world.clock.read()
    await call(read)
    expect(world.clock.read().since(before).total('seconds')).toBeGreaterThanOrEqual(10)
    fault(world, { kind: 'status', status: 429, body, times: 10 })
    await expect(call(read)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
    const other = world.process({ sleep: async () => {} })
    await expect(other.hubspot.call(portalId, read)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
    world.sandbox.faults.clear()
    const second = await world.connect()
    expect((await process.hubspot.call(second.portalId, read)).status).toBe(200)
  })

  test('an answer that was the last of its window makes the next call wait', async () => {
    const { world, call } = await connectedWorld()
    fault(world, {
      kind: 'status',
      status: 200,
      body: { id: '1' },
      headers: { 'x-hubspot-ratelimit-remaining': '0', 'x-hubspot-ratelimit-interval-milliseconds': '10000' },
    })
    await call(read)
    const before = world.clock.read()
    await call(read)
    expect(world.clock.read().since(before).total('seconds')).toBeGreaterThanOrEqual(10)
  })

  test.each([
    { status: 429, headers: { 'retry-after': '300' }, body: undefined, retryAfterMs: 300_000 },
    { status: 429, headers: {}, body: { policyName: 'DAILY', errorType: 'RATE_LIMIT' }, retryAfterMs: 3_600_000 },
    { status: 477, headers: { 'retry-after': '7200' }, body: undefined, retryAfterMs: 7_200_000 },
  ])('what takes too long ($status, $retryAfterMs ms) is handed back at once with the time', async (given) => {
    const { world, call } = await connectedWorld()
    const { status, headers, body, retryAfterMs } = given
    fault(world, { kind: 'status', status, headers, ...(body ? { body } : {}) })
    await expect(call(read)).rejects.toMatchObject({ code: 'hubspot_unavailable', retryAfterMs })
    expect(crmCalls(world)).toBe(1)
  })

  test('a locked record is left alone for two seconds at least', async () => {
    const { world, call, pauses } = await connectedWorld()
    fault(world, { kind: 'status', status: 423 })
    await call(read)
    expect(Math.max(...pauses)).toBeGreaterThanOrEqual(2000)
  })

  test('no more than six calls of a portal are on their way at a time', async () => {
    const { world, call } = await connectedWorld()
    let open = 0
    let most = 0
    const counted = async () => {
      await call(read)
    }
    const journal = world.sandbox.journal
    const close = journal.close
    const start = journal.open
    journal.open = (entry) => {
      most = Math.max(most, ++open)
      return start(entry)
    }
    journal.close = (entry, status) => {
      open--
      close(entry, status)
    }
    await Promise.all(Array.from({ length: 40 }, counted))
    expect(most).toBeLessThanOrEqual(6)
  })
})

describe('what is our fault', () => {
  test.each([
    { status: 400, category: 'VALIDATION_ERROR', code: 'hubspot_rejected', says: 'Property values were not valid' },
    { status: 409, category: 'CONFLICT', code: 'hubspot_rejected', says: 'already has' },
    { status: 404, category: 'OBJECT_NOT_FOUND', code: 'not_found', says: 'deleted or merged' },
    { status: 200, category: 'OBJECT_NOT_FOUND', code: 'not_found', says: 'deleted or merged' },
    { status: 200, category: 'VALIDATION_ERROR', code: 'hubspot_rejected', says: 'Property values were not valid' },
  ])('$status $category is $code and is not tried again', async ({ status, category, code, says }) => {
    const { world, call } = await connectedWorld()
    const message = 'Property values were not valid for ada.lovelace@example.com'
    fault(world, { kind: 'status', status, body: { status: 'error', category, message, correlationId: 'c-1' } })
    const error = await call(create).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) })
    expect(show(error)).toContain('c-1')
    expect(show(error)).not.toContain('ada.lovelace')
    expect(crmCalls(world)).toBe(1)
  })

  test('a missing permission is named', async () => {
    const { world, process, portalId, call } = await connectedWorld()
    await storeInstallation(process.deps, portalId, world.sandbox.install(portalId, ['oauth']))
    await expect(call(read)).rejects.toMatchObject({
      code: 'hubspot_rejected',
      message: expect.stringContaining('crm.objects.deals.read'),
    })
    expect(crmCalls(world)).toBe(1)
  })

  test('a property that the portal requires is named', async () => {
    const { world, call } = await connectedWorld()
    const errors = [{ code: 'MISSING_REQUIRED_PROPERTY', context: { propertyName: ['lead_source'] } }]
    fault(world, { kind: 'status', status: 400, body: { status: 'error', category: 'VALIDATION_ERROR', errors } })
    await expect(call(create)).rejects.toThrow('lead_source')
  })

  test('a status that the caller expects is an answer', async () => {
    const { world, call } = await connectedWorld()
    fault(world, { kind: 'status', status: 409, body: { status: 'error', category: 'CONFLICT' } })
    expect(await call({ ...create, accept: [409] })).toMatchObject({ status: 409, body: { category: 'CONFLICT' } })
  })

  test('an empty answer is none, except where there is nothing to say', async () => {
    const { world, call } = await connectedWorld()
    expect(await call({ ...read, method: 'DELETE', repeatable: true })).toMatchObject({ status: 204 })
    fault(world, { kind: 'html', status: 200, body: '', times: 3 })
    await expect(call(read)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
  })

  test('a redirect is not followed', async () => {
    const { world, call } = await connectedWorld()
    fault(world, { kind: 'status', status: 302, headers: { location: `${world.sandbox.url}/inbox` }, times: 3 })
    await expect(call(create)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
    expect(world.sandbox.journal.find({ path: '/inbox' })).toEqual([])
  })
})

describe('the request log', () => {
  test('a call is logged with its keys and without personal values or tokens', async () => {
    const { world, process, portalId, tokens, call } = await connectedWorld()
    await call(create)
    await call({ ...read, path: '/crm/objects/2026-09/contacts/ada.lovelace@example.com?idProperty=email' })
    await process.requestLog.flush()
    const rows = await requestRows(process, portalId)
    expect(rows).toHaveLength(2)
    expect(rows[0]).toMatchObject({ method: 'POST', path: create.path, status: 201, error: null })
    expect(JSON.parse(rows[0]?.request ?? '')).toEqual({ properties: { email: '•••', firstname: '•••' } })
    expect(JSON.parse(rows[0]?.response ?? '')).toMatchObject({ id: expect.any(String) })
    const written = JSON.stringify([rows, world.logged])
    for (const secret of [tokens.accessToken, tokens.refreshToken, 'ada', 'Ada', 'example.com', 'Bearer']) {
      expect(written).not.toContain(secret)
    }
  })
})
