import { expect, onTestFinished, test } from 'vitest'
import { forPerson } from '#hubspot/for-person.ts'
import type { HubSpotCall } from '#hubspot/hubspot.ts'
import { startWorld } from '#test/backend/installations/world.ts'
import { FIRST_DEAL } from '#test/sandbox/starting.ts'
import { useDatabase } from '#test/support/database.ts'

const database = useDatabase()
const read: HubSpotCall = {
  method: 'GET',
  path: `/crm/objects/2026-09/deals/${FIRST_DEAL}`,
  family: 'crm',
  repeatable: true,
}

/** A connected portal; pauses that are held last until all are let go, others take no time but move the clock. */
async function connected({ held = false } = {}) {
  const world = await startWorld(database)
  const { portalId } = await world.connect()
  const waiting: (() => void)[] = []
  let holds = held
  const letGo = () => {
    holds = false
    for (const go of waiting) go()
  }
  const { hubspot } = world.process({
    sleep: async (ms) => {
      if (holds) await new Promise<void>((go) => waiting.push(go))
      world.clock.passes({ milliseconds: Math.ceil(ms) })
    },
  })
  return { world, portalId, hubspot, waiting, letGo, person: forPerson(hubspot) }
}

const crmCalls = (world: Awaited<ReturnType<typeof startWorld>>) => world.sandbox.journal.find({ family: 'crm' }).length

test('behind a full budget a person is told within five seconds when to come back, and the background waits on', async () => {
  const { world, portalId, hubspot, person } = await connected()
  const busy = { status: 'error', errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING', message: 'limit' }
  world.sandbox.faults.add({ match: { path: '/crm' }, kind: 'status', status: 429, body: busy })
  const before = world.clock.read()
  const refused = { code: 'hubspot_unavailable', retryAfterMs: expect.any(Number) }
  await expect(person.call(portalId, read)).rejects.toMatchObject(refused)
  await expect(person.call(portalId, read)).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('try again in a minute'),
  })
  expect(crmCalls(world)).toBe(1)
  expect(world.clock.read().since(before).total('seconds')).toBeLessThan(5)
  expect((await hubspot.call(portalId, read)).status).toBe(200)
})

test('a person does not stand in line behind the calls of the background', async () => {
  const { world, portalId, hubspot, waiting, letGo, person } = await connected({ held: true })
  world.sandbox.faults.add({ match: { path: '/crm' }, kind: 'status', status: 503, times: 6 })
  const background = Array.from({ length: 6 }, () => hubspot.call(portalId, read))
  await expect.poll(() => waiting.length).toBe(6)
  expect((await person.call(portalId, read)).status).toBe(200)
  letGo()
  expect((await Promise.all(background)).map(({ status }) => status)).toEqual(background.map(() => 200))
})

test('a HubSpot that does not answer is given up in time for a read, and waited for with a change', {
  timeout: 30_000,
}, async () => {
  const { world, portalId, person } = await connected()
  const slow = { match: { path: '/crm' }, kind: 'delay', delayMs: 7_000 } as const
  world.sandbox.faults.add({ ...slow, times: 3 })
  // Here the clock goes with the wall's.
  const ticking = setInterval(() => world.clock.passes({ milliseconds: 50 }), 50)
  onTestFinished(() => clearInterval(ticking))
  const begun = performance.now()
  await expect(person.call(portalId, read)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
  expect(performance.now() - begun).toBeLessThan(8_000)
  world.sandbox.faults.clear()
  world.sandbox.faults.add(slow)
  const create: HubSpotCall = {
    ...{ method: 'POST', path: '/crm/objects/2026-09/contacts', family: 'crm', repeatable: false },
    body: { properties: { email: 'grace@example.com' } },
  }
  expect((await person.call(portalId, create)).status).toBe(201)
})
