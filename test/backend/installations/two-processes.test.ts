import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { disconnect } from '#modules/installations/disconnect.ts'
import { APP } from '#test/sandbox/starting.ts'
import { useDatabase } from '#test/support/database.ts'
import type { Answer, Ask, Start } from './refresh-process.ts'
import { startWorld, type World } from './world.ts'

const database = useDatabase()
const TOKEN_PATH = '/oauth/2026-09/token'

async function startChild(world: World): Promise<ChildProcess> {
  const start: Start = {
    databaseUrl: database.url,
    hubspotUrl: world.sandbox.url,
    clientId: APP.clientId,
    clientSecret: APP.clientSecret,
    key: world.keys[0]?.key.toString('base64') ?? '',
  }
  const child = fork(new URL('./refresh-process.ts', import.meta.url), [JSON.stringify(start)], { execArgv: [] })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  })
  await once(child, 'message')
  return child
}

async function ask(child: ChildProcess, input: Ask): Promise<Answer> {
  const answered = once(child, 'message')
  child.send(input)
  const [answer] = await answered
  return answer
}

const asked = (world: World, calls: number) =>
  vi.waitFor(() => expect(world.tokenCalls()).toBe(calls), { timeout: 15_000, interval: 10 })

test('three real processes renew an ending token once, with rotation and reuse detection', async () => {
  const world = await startWorld(database, { rotate: true })
  const { portalId } = await world.connect()
  const children = await Promise.all([startChild(world), startChild(world), startChild(world)])
  for (let round = 1; round <= 3; round++) {
    world.clock.passes({ minutes: 31 })
    const now = world.clock.read().toString()
    const answers = await Promise.all(children.map((child) => ask(child, { portalId, now, calls: 50 })))
    expect(answers.flatMap((answer) => answer.errors)).toEqual([])
    expect(new Set(answers.flatMap((answer) => answer.tokens)).size).toBe(1)
    expect(world.sandbox.tokens.refreshes.get(portalId)).toBe(round)
  }
  expect(world.sandbox.tokens.reuses.get(portalId)).toBeUndefined()
}, 60_000)

test('a process that is killed while it renews is replaced once its claim has run out', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const [killed, other] = await Promise.all([startChild(world), startChild(world)])
  world.clock.passes({ minutes: 31 })
  world.sandbox.faults.add({ match: { path: TOKEN_PATH }, kind: 'timeout' })
  killed.send({ portalId, now: world.clock.read().toString(), calls: 1 } satisfies Ask)
  await asked(world, 1)
  const ended = once(killed, 'exit')
  killed.kill('SIGKILL')
  await ended
  world.clock.passes({ seconds: 61 })
  const answer = await ask(other, { portalId, now: world.clock.read().toString(), calls: 50 })
  expect(answer.errors).toEqual([])
  expect(new Set(answer.tokens).size).toBe(1)
  expect(world.tokenCalls()).toBe(2)
}, 60_000)

test('a disconnect while another process renews the token wins: nothing is stored and nothing is left at HubSpot', async () => {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const child = await startChild(world)
  const { deps } = world.process()
  world.clock.passes({ minutes: 26 })
  world.sandbox.faults.add({ match: { path: TOKEN_PATH }, kind: 'delay', delayMs: 1500 })
  const renewing = ask(child, { portalId, now: world.clock.read().toString(), calls: 1 })
  await asked(world, 1)
  const actor = { kind: 'user', userId: '9', email: 'admin@example.com' } as const
  expect(await disconnect(deps, { portalId, actor, requestId: 'r1' })).toEqual({ uninstalled: true, revoked: true })
  expect(await renewing).toEqual({ tokens: [], errors: ['installation_revoked'] })
  expect(await world.tokenRow(portalId)).toBeUndefined()
  expect(world.sandbox.tokens.refreshToken(portalId)).toBeNull()
  expect(await world.activities(portalId)).toEqual(['installation.connected', 'installation.disconnected'])
}, 60_000)
