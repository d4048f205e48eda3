import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { accessToken } from '#modules/installations/access-token.ts'
import { useDatabase } from '#test/support/database.ts'
import { describe, startWorld, storeInstallation } from './world.ts'

const database = useDatabase()

const nearExpiry = { minutes: 26 }

test('a token that lives long enough is opened, not renewed', async () => {
  const world = await startWorld(database)
  const { portalId, accessToken: token } = await world.connect()
  const { deps } = world.process()
  expect((await accessToken(deps, portalId)).token).toBe(token)
  world.clock.passes({ minutes: 25 })
  expect((await accessToken(deps, portalId)).token).toBe(token)
  expect(world.tokenCalls()).toBe(0)
})

test('three processes with fifty calls each renew an ending token once, round after round, and never use a spent one', async () => {
  const world = await startWorld(database, { rotate: true })
  const { portalId } = await world.connect()
  const processes = [world.process(), world.process(), world.process()]
  for (let round = 1; round <= 4; round++) {
    // Every other round the token is past its end, so that nobody may go on with it meanwhile.
    world.clock.passes(round % 2 === 0 ? { minutes: 31 } : nearExpiry)
    const calls = processes.flatMap(({ deps }) => Array.from({ length: 50 }, () => accessToken(deps, portalId)))
    const tokens = new Set((await Promise.all(calls)).map((open) => open.token))
    expect(world.sandbox.tokens.refreshes.get(portalId)).toBe(round)
    if (round % 2 === 0) expect(tokens.size).toBe(1)
  }
  expect(world.sandbox.tokens.reuses.get(portalId)).toBeUndefined()
  expect((await world.tokenRow(portalId))?.tokenVersion).toBe(5)
})

test('while one process renews a token that still lives for a minute, the others use it', async () => {
  const world = await startWorld(database)
  const { portalId, accessToken: token } = await world.connect()
  world.clock.passes(nearExpiry)
  const gate = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const slow = world.process({
    oauth: (real) => ({
      ...real,
      refresh: async (refreshToken) => {
        asked.resolve()
        await gate.promise
        return real.refresh(refreshToken)
      },
    }),
  })
  const renewing = accessToken(slow.deps, portalId)
  await asked.promise
  expect((await accessToken(world.process().deps, portalId)).token).toBe(token)
  gate.resolve()
  expect((await renewing).token).not.toBe(token)
})

test('a refresh answer without a refresh token keeps the old one', async () => {
  const world = await startWorld(database)
  const { portalId, refreshToken } = await world.connect()
  const { deps } = world.process({
    oauth: (real) => ({
      ...real,
      refresh: async (token) => {
        const answer = await real.refresh(token)
        return answer.kind === 'granted' ? { ...answer, grant: { ...answer.grant, refreshToken: undefined } } : answer
      },
    }),
  })
  world.clock.passes(nearExpiry)
  await accessToken(deps, portalId)
  const row = await world.tokenRow(portalId)
  const column = 'oauth_tokens.refresh_token'
  expect(await world.vault.open(row?.refreshToken ?? '', { portalId, column })).toBe(refreshToken)
  world.clock.passes(nearExpiry)
  await accessToken(deps, portalId)
  expect(world.sandbox.tokens.refreshes.get(portalId)).toBe(2)
})

test('a lost answer is asked for again with the old token', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  world.clock.passes(nearExpiry)
  world.sandbox.faults.add({ match: { path: '/oauth/2026-09/token' }, kind: 'dropAnswer' })
  const { token } = await accessToken(world.process().deps, portalId)
  expect(world.sandbox.tokens.refreshes.get(portalId)).toBe(2)
  expect((await world.installation(portalId))?.status).toBe('connected')
  expect(token).toBeTruthy()
})

test('a lost answer that rotated the token makes the portal inactive with a reason, and HubSpot is left alone then', async () => {
  const world = await startWorld(database, { rotate: true })
  const { portalId } = await world.connect()
  world.clock.passes(nearExpiry)
  world.sandbox.faults.add({ match: { path: '/oauth/2026-09/token' }, kind: 'dropAnswer' })
  const { deps, hubspot } = world.process()
  await expect(accessToken(deps, portalId)).rejects.toMatchObject({ code: 'installation_revoked' })
  expect(await world.installation(portalId)).toEqual({
    status: 'inactive',
    statusReason: expect.stringContaining('Reconnect the account'),
  })
  expect(await world.activities(portalId)).toEqual(['installation.connected', 'installation.became_inactive'])
  const calls = world.sandbox.journal.entries.length
  await expect(accessToken(deps, portalId)).rejects.toMatchObject({ code: 'installation_revoked' })
  const call = { method: 'GET', path: '/crm/objects/2026-09/deals', family: 'crm', repeatable: true } as const
  await expect(hubspot.call(portalId, call)).rejects.toMatchObject({ code: 'installation_revoked' })
  expect(world.sandbox.journal.entries.length).toBe(calls)
})

test('a refresh that HubSpot refuses is no loss when somebody reconnected meanwhile', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  world.clock.passes(nearExpiry)
  const second = world.process()
  const { deps } = world.process({
    oauth: (real) => ({
      ...real,
      refresh: async (refreshToken) => {
        // Installing again ends the earlier grant, so the answer to this refresh is a refusal.
        await storeInstallation(second.deps, portalId, world.sandbox.install(portalId))
        return real.refresh(refreshToken)
      },
    }),
  })
  const { token } = await accessToken(deps, portalId)
  expect((await accessToken(second.deps, portalId)).token).toBe(token)
  expect((await world.installation(portalId))?.status).toBe('connected')
})

test.each([{ rotate: false }, { rotate: true }])(
  'a process that dies between the answer and its storing leaves a way on (rotation: $rotate)',
  async ({ rotate }) => {
    const world = await startWorld(database, { rotate })
    const { portalId } = await world.connect()
    world.clock.passes(nearExpiry)
    const died = Promise.withResolvers<void>()
    const dying = world.process({
      oauth: (real) => ({
        ...real,
        refresh: async (refreshToken) => {
          await real.refresh(refreshToken)
          died.resolve()
          return new Promise(() => {})
        },
      }),
    })
    void accessToken(dying.deps, portalId)
    await died.promise
    // Its claim runs out after a minute.
    world.clock.passes({ minutes: 4, seconds: 30 })
    const next = accessToken(world.process().deps, portalId)
    if (rotate) await expect(next).rejects.toMatchObject({ code: 'installation_revoked' })
    else expect((await next).token).toBeTruthy()
    expect((await world.installation(portalId))?.status).toBe(rotate ? 'inactive' : 'connected')
    expect(world.tokenCalls()).toBe(2)
  },
)

test('an answer that the database does not take at once is not thrown away', async () => {
  const world = await startWorld(database, { rotate: true })
  const { portalId } = await world.connect()
  world.clock.passes(nearExpiry)
  const { deps } = world.process()
  let failures = 2
  const stumbling = new Proxy(deps.db, {
    get(target, name) {
      const value = Reflect.get(target, name)
      const real = typeof value === 'function' ? value.bind(target) : value
      if (name !== 'transaction' || world.tokenCalls() === 0 || failures === 0) return real
      failures--
      return () => {
        throw new Error('the connection was cut')
      }
    },
  })
  const { token } = await accessToken({ ...deps, db: stumbling, sleep: async () => {} }, portalId)
  expect(failures).toBe(0)
  expect((await accessToken(deps, portalId)).token).toBe(token)
  expect(world.sandbox.tokens.refreshes.get(portalId)).toBe(1)
})

test('a HubSpot that is down costs nothing but time', async () => {
  const world = await startWorld(database)
  const { portalId, accessToken: token } = await world.connect()
  const { deps } = world.process()
  const stop = world.sandbox.faults.add({
    match: { path: '/oauth/2026-09/token' },
    kind: 'html',
    status: 502,
    times: Number.POSITIVE_INFINITY,
  })
  world.clock.passes(nearExpiry)
  expect((await accessToken(deps, portalId)).token).toBe(token)
  world.clock.passes({ minutes: 4 })
  await expect(accessToken(deps, portalId)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
  expect((await world.installation(portalId))?.status).toBe('connected')
  stop()
  expect((await accessToken(deps, portalId)).token).not.toBe(token)
})

test('a wrong client secret is the operator’s to repair and makes no portal inactive', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  world.clock.passes({ minutes: 31 })
  world.sandbox.faults.add({
    match: { path: '/oauth/2026-09/token' },
    kind: 'status',
    status: 400,
    body: { status: 'BAD_CLIENT_SECRET', error: 'invalid_client', message: 'missing or invalid client secret' },
  })
  const { deps } = world.process()
  await expect(accessToken(deps, portalId)).rejects.toThrow('HUBSPOT_CLIENT_SECRET')
  expect((await world.installation(portalId))?.status).toBe('connected')
  expect((await accessToken(deps, portalId)).token).toBeTruthy()
})

test('no token shows in an error or a log line of a failing refresh', async () => {
  const world = await startWorld(database, { rotate: true })
  const { portalId, accessToken: token, refreshToken } = await world.connect()
  world.sandbox.tokens.revoke(portalId)
  world.clock.passes({ minutes: 31 })
  const error = await accessToken(world.process().deps, portalId).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AppError)
  expect(world.logged).toHaveLength(1)
  const shown = [describe(error), ...world.logged].join('\n')
  for (const secret of [token, refreshToken, 'sandbox-client-secret']) expect(shown).not.toContain(secret)
})
