import { expect, test } from 'vitest'
import { SCOPES } from '#test/sandbox/starting.ts'
import { useDatabase } from '#test/support/database.ts'
import { startWorld, storeInstallation } from './world.ts'

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

test('a call that is refused with a fresh token too makes the portal inactive and is not tried a third time', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const { hubspot } = world.process()
  world.sandbox.faults.add({
    match: { path: '/crm' },
    kind: 'status',
    status: 401,
    times: Number.POSITIVE_INFINITY,
    body: { status: 'error', category: 'INVALID_AUTHENTICATION', message: 'Authentication credentials not found.' },
  })
  await expect(hubspot.call(portalId, readDeals)).rejects.toMatchObject({ code: 'installation_revoked' })
  expect(world.sandbox.journal.find({ family: 'crm' })).toHaveLength(2)
  expect(world.sandbox.tokens.refreshes.get(portalId)).toBe(1)
  expect((await world.installation(portalId))?.status).toBe('inactive')
})

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
  expect(await tokens.revoked(portalId, accessToken)).toBe(false)
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
