import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import { getConnection } from '#modules/installations/get-connection.ts'
import { getInstallation } from '#modules/installations/get-installation.ts'
import { markInactive } from '#modules/installations/mark-inactive.ts'
import { useDatabase } from '#test/support/database.ts'
import { startWorld, storeInstallation } from './world.ts'

const database = useDatabase()
const { db } = database
const asUser = (portalId: number) =>
  ({ portalId, actor: { kind: 'user', userId: '9', email: 'admin@example.com' }, requestId: 'r1' }) as const

test('a first install stores sealed tokens, the account, and the person as admin', async () => {
  const world = await startWorld(database)
  const { portalId, accessToken, refreshToken } = await world.connect()
  const { deps } = world.process()
  const row = await world.tokenRow(portalId)
  expect(JSON.stringify(row)).not.toContain(accessToken)
  expect(JSON.stringify(row)).not.toContain(refreshToken)
  expect(await world.vault.open(row?.accessToken ?? '', { portalId, column: 'oauth_tokens.access_token' })).toBe(
    accessToken,
  )
  const admins = await inPortal(db, portalId, (trx) =>
    trx.selectFrom('admins').where('portalId', '=', portalId).select('email').execute(),
  )
  expect(admins).toEqual([{ email: 'admin@example.com' }])
  expect(await getConnection(deps, asUser(portalId))).toEqual({
    status: 'connected',
    reason: null,
    portalId,
    accountName: 'acme.example',
    connectedAt: '2026-11-23T09:00:00Z',
    connectedBy: 'admin@example.com',
    missingScopes: [],
    connectUrl: `https://stagecue.example/oauth/install?portalId=${portalId}`,
  })
  expect(await getInstallation(deps, asUser(portalId))).toMatchObject({
    status: 'connected',
    uiDomain: 'app.hubspot.com',
  })
})

test('a portal that never connected reads as disconnected', async () => {
  const world = await startWorld(database)
  const { deps } = world.process()
  const portalId = world.addPortal()
  expect(await getConnection(deps, asUser(portalId))).toMatchObject({ status: 'disconnected', connectedAt: null })
  await expect(getInstallation(deps, asUser(portalId))).rejects.toMatchObject({ code: 'not_found' })
})

test('another portal’s installation is not found', async () => {
  const world = await startWorld(database)
  await world.connect()
  const { deps } = world.process()
  await expect(getInstallation(deps, asUser(world.addPortal()))).rejects.toMatchObject({ code: 'not_found' })
})

test('a reconnect of an inactive portal keeps the moment of connection and what waits, and wakes it', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const { deps } = world.process()
  const grant = await world.tokenRow(portalId)
  await markInactive(deps, asUser(portalId), {
    grant: { accessToken: '', refreshToken: grant?.refreshToken ?? '', expiresAt: world.clock.read() },
    reason: 'HubSpot no longer accepts our access. Reconnect the account.',
  })
  const later = world.clock.read().add({ hours: 4 })
  await inPortal(db, portalId, async (trx) => {
    await wakeLane(trx, portalId, 'events', 'deal-1', later)
    await wakeLane(trx, portalId, 'steps', WHOLE_PORTAL, later)
  })
  // A transaction of its own: wakes are written right before the commit.
  await inPortal(db, portalId, (trx) =>
    trx
      .updateTable('lanes')
      .set({ lease: deps.ids(), notBefore: later })
      .where('portalId', '=', portalId)
      .where('kind', '=', 'steps')
      .execute(),
  )
  world.clock.passes({ hours: 1 })
  expect(await storeInstallation(deps, portalId, world.sandbox.install(portalId))).toBe('resumed')
  const lanes = await inPortal(db, portalId, (trx) =>
    trx.selectFrom('lanes').where('portalId', '=', portalId).select(['kind', 'dueAt']).orderBy('kind').execute(),
  )
  expect(lanes.map(({ kind, dueAt }) => [kind, dueAt.toString()])).toEqual([
    ['events', world.clock.read().toString()],
    ['pipelines', '2026-11-23T09:05:00Z'],
    // A worker holds it.
    ['steps', later.toString()],
  ])
  expect(await getConnection(deps, asUser(portalId))).toMatchObject({
    status: 'connected',
    reason: null,
    connectedAt: '2026-11-23T09:00:00Z',
  })
  expect(await world.activities(portalId)).toEqual([
    'installation.connected',
    'installation.became_inactive',
    'installation.reconnected',
  ])
})

test('a grant that was replaced meanwhile does not make the portal inactive', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const { deps } = world.process()
  const old = await world.tokenRow(portalId)
  await storeInstallation(deps, portalId, world.sandbox.install(portalId))
  const grant = { accessToken: '', refreshToken: old?.refreshToken ?? '', expiresAt: world.clock.read() }
  expect(await markInactive(deps, asUser(portalId), { grant, reason: 'too late' })).toBe(false)
  expect((await world.installation(portalId))?.status).toBe('connected')
})
