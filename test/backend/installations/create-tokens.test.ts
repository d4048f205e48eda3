import { expect, test } from 'vitest'
import { SCOPES } from '#test/sandbox/starting.ts'
import { useDatabase } from '#test/support/database.ts'
import { startWorld, storeInstallation, type World } from './world.ts'

const database = useDatabase()
const readDeals = {
  method: 'GET',
  path: '/crm/objects/2026-09/deals?limit=1',
  family: 'crm',
  repeatable: true,
} as const

test('a token is opened once and then kept until it has to be renewed', async () => {
  const world = await startWorld(database)
  const { portalId, accessToken } = await world.connect()
  const process = world.process()
  expect(await process.tokens.accessToken(portalId)).toBe(accessToken)
  await process.deps.db.destroy()
  world.clock.passes({ minutes: 24 })
  expect(await process.tokens.accessToken(portalId)).toBe(accessToken)
  world.clock.passes({ minutes: 2 })
  await expect(process.tokens.accessToken(portalId)).rejects.toThrow()
})

test('a 401 in the middle of work leads to one refresh and one repeat, however many calls met it', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const processes = [world.process(), world.process()]
  for (const { hubspot } of processes) await hubspot.call(portalId, readDeals)
  world.sandbox.tokens.expire(portalId)
  world.sandbox.journal.clear()
  const calls = processes.flatMap(({ hubspot }) => Array.from({ length: 5 }, () => hubspot.call(portalId, readDeals)))
  expect((await Promise.all(calls)).map((answer) => answer.status)).toEqual(calls.map(() => 200))
  expect(world.sandbox.tokens.refreshes.get(portalId)).toBe(1)
  expect(world.sandbox.journal.find({ family: 'crm', status: 200 })).toHaveLength(10)
  expect(world.sandbox.journal.find({ family: 'crm', status: 401 }).length).toBeLessThanOrEqual(10)
})

const refusing = (world: World, times: number) =>
  world.sandbox.faults.add({
    match: { path: '/crm' },
    kind: 'status',
    status: 401,
    times,
    body: { status: 'error', category: 'INVALID_AUTHENTICATION', message: 'Authentication credentials not found.' },
  })

test('a call that is refused with a fresh token too is tried again a minute later, and the portal stays connected', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const [one, other] = [world.process(), world.process()]
  refusing(world, 2)
  const refused = { code: 'hubspot_unavailable', retryAfterMs: expect.any(Number) }
  await expect(one.hubspot.call(portalId, readDeals)).rejects.toMatchObject(refused)
  for (const { hubspot } of [one, other]) await expect(hubspot.call(portalId, readDeals)).rejects.toMatchObject(refused)
  expect(world.sandbox.journal.find({ family: 'crm' })).toHaveLength(2)
  expect((await world.installation(portalId))?.status).toBe('connected')
  world.clock.passes({ minutes: 2 })
  expect((await one.hubspot.call(portalId, readDeals)).status).toBe(200)
  expect(world.sandbox.tokens.refreshes.get(portalId)).toBe(2)
})

test('a portal that takes none of its renewed tokens for ten minutes is inactive, and nothing is asked any more', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const processes = [world.process(), world.process()]
  refusing(world, Number.POSITIVE_INFINITY)
  const statuses: unknown[] = []
  for (let minute = 0; minute <= 12; minute += 2) {
    const calls = processes.map(({ hubspot }) => hubspot.call(portalId, readDeals))
    await Promise.allSettled(calls)
    statuses.push((await world.installation(portalId))?.status)
    world.clock.passes({ minutes: 2 })
  }
  expect(statuses).toEqual([...Array.from({ length: 5 }, () => 'connected'), 'inactive', 'inactive'])
  const asked = world.sandbox.journal.entries.length
  await expect(processes[0]?.hubspot.call(portalId, readDeals)).rejects.toMatchObject({ code: 'installation_revoked' })
  expect(world.sandbox.journal.entries.length).toBe(asked)
})

test('what HubSpot takes in between begins the count anew, whichever process it was', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const [one, other] = [world.process(), world.process()]
  for (let round = 0; round < 4; round++) {
    refusing(world, 2)
    await expect(one.hubspot.call(portalId, readDeals)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
    world.clock.passes({ minutes: 30 })
    expect((await other.hubspot.call(portalId, readDeals)).status).toBe(200)
    world.clock.passes({ minutes: 30 })
  }
  expect((await world.installation(portalId))?.status).toBe('connected')
})

test.each([
  ['takes', readDeals, { status: 200 }],
  ['refuses for another reason than the token', { ...readDeals, path: '/crm/objects/2026-09/deals/404404' }, undefined],
])(
  'a call that HubSpot %s with the token from before the doubt, in another process, ends it',
  async (_name, call, is) => {
    const world = await startWorld(database)
    const { portalId } = await world.connect()
    const [one, other] = [world.process(), world.process()]
    await other.hubspot.call(portalId, readDeals)
    for (let minute = 0; minute <= 12; minute += 4) {
      refusing(world, 2)
      await expect(one.hubspot.call(portalId, readDeals)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
      world.clock.passes({ minutes: 2 })
      const asked = other.hubspot.call(portalId, call)
      if (is) expect(await asked).toMatchObject(is)
      else await expect(asked).rejects.toMatchObject({ code: 'not_found' })
      world.clock.passes({ minutes: 2 })
    }
    expect((await world.installation(portalId))?.status).toBe('connected')
  },
)

test('an app that was removed in HubSpot is noticed at the next call, and no further call goes out', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const { hubspot } = world.process()
  await hubspot.call(portalId, readDeals)
  world.sandbox.uninstall(portalId)
  await expect(hubspot.call(portalId, readDeals)).rejects.toMatchObject({ code: 'installation_revoked' })
  const calls = world.sandbox.journal.entries.length
  await expect(hubspot.call(portalId, readDeals)).rejects.toMatchObject({ code: 'installation_revoked' })
  expect(world.sandbox.journal.entries.length).toBe(calls)
  expect((await world.installation(portalId))?.status).toBe('inactive')
})

test('a token that was replaced is not taken for the one that was refused', async () => {
  const world = await startWorld(database)
  const { portalId, accessToken } = await world.connect()
  const { tokens } = world.process()
  await tokens.refused(portalId, accessToken)
  const second = await tokens.accessToken(portalId)
  expect(second).not.toBe(accessToken)
  await tokens.refused(portalId, accessToken)
  expect(await tokens.accessToken(portalId)).toBe(second)
  expect(await tokens.revoked(portalId, accessToken)).toBe('another')
  expect(world.sandbox.tokens.refreshes.get(portalId)).toBe(1)
})

test('a permission that a reconnect gave works at once, in every process that still keeps the token from before', async () => {
  const world = await startWorld(database, {
    scopes: { required: SCOPES, optional: ['crm.objects.users.read'], conditional: [] },
  })
  const { portalId } = await world.connect()
  const processes = [world.process(), world.process()]
  const users = { ...readDeals, path: '/crm/objects/2026-09/users?limit=1' }
  for (const { hubspot } of processes) {
    await expect(hubspot.call(portalId, users)).rejects.toMatchObject({ code: 'hubspot_rejected' })
  }
  expect(world.sandbox.journal.find({ path: '/crm/objects/2026-09/users' })).toHaveLength(2)
  await storeInstallation(
    world.process().deps,
    portalId,
    world.sandbox.install(portalId, [...SCOPES, 'crm.objects.users.read']),
  )
  for (const { hubspot } of processes) {
    expect(await hubspot.call(portalId, users)).toMatchObject({ status: 200 })
  }
})
