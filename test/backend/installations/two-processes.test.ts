import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { disconnect } from '#modules/installations/disconnect.ts'
import { APP } from '#test/sandbox/starting.ts'
import { useDatabase } from '#test/support/database.ts'
import type { Answer, Ask, Start } from './refresh-process.ts'
import { startWorld, type World } from './world.ts'

const database = useDatabase()
const TOKEN_PATH = '/oauth/2026-09/token'

async function startChild(world: World, hubspotUrl = world.sandbox.url): Promise<ChildProcess> {
  const start: Start = {
    databaseUrl: database.url,
    hubspotUrl,
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

/** HubSpot behind a gate: a refresh is held before HubSpot sees it, or its answer before the app sees that. */
async function holdRefreshes(world: World, held: 'request' | 'answer') {
  const arrived = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    const isRefresh = request.url === TOKEN_PATH
    const hold = async (here: typeof held) => {
      if (!isRefresh || held !== here) return
      arrived.resolve()
      await gate.promise
    }
    const body = await text(request)
    await hold('request')
    const headers = { 'content-type': request.headers['content-type'] ?? '' }
    const answer = await fetch(world.sandbox.url + request.url, { method: request.method ?? 'POST', headers, body })
    const answered = await answer.text()
    await hold('answer')
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answered)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, arrived: arrived.promise, open: gate.resolve }
}

test.each([
  { held: 'request', revocations: 1 },
  // HubSpot had given new tokens by then: who got them gives them back.
  { held: 'answer', revocations: 2 },
] as const)(
  'a disconnect during a refresh in another process wins (held: $held)',
  async ({ held, revocations }) => {
    const world = await startWorld(database, { rotate: true })
    const { portalId } = await world.connect()
    const proxy = await holdRefreshes(world, held)
    const child = await startChild(world, proxy.url)
    const { deps } = world.process()
    world.clock.passes({ minutes: 26 })
    const renewing = ask(child, { portalId, now: world.clock.read().toString(), calls: 1 })
    await proxy.arrived
    const actor = { kind: 'user', userId: '9', email: 'admin@example.com' } as const
    expect(await disconnect(deps, { portalId, actor, requestId: 'r1' })).toEqual({ uninstalled: true, revoked: true })
    proxy.open()
    expect(await renewing).toEqual({ tokens: [], errors: ['installation_revoked'] })
    expect(await world.tokenRow(portalId)).toBeUndefined()
    expect(world.sandbox.tokens.refreshToken(portalId)).toBeNull()
    expect(world.sandbox.journal.find({ path: `${TOKEN_PATH}/revoke` })).toHaveLength(revocations)
    expect(await world.activities(portalId)).toEqual(['installation.connected', 'installation.disconnected'])
  },
  60_000,
)
