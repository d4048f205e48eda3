import { expect, test } from 'vitest'
import { claimDueRuns } from '#modules/steps/claim-due-runs.ts'
import type { StepsDeps } from '#modules/steps/steps-deps.ts'
import type { Sending } from '#test/support/sending.ts'
import { pass, useSending, withMailer } from './use-sending.ts'

const { server, clock, start, accepted } = useSending()

/** A worker frozen just before it hands over; `wake` lets it go on. */
function frozen(sending: Sending, change: Partial<StepsDeps> = {}) {
  let wake: () => void = () => {}
  const asleep = new Promise<void>((resolve) => {
    wake = resolve
  })
  let isFrozen: () => void = () => {}
  const reached = new Promise<void>((resolve) => {
    isFrozen = resolve
  })
  const deps = withMailer(
    { ...sending.deps, ...change },
    {
      send: async (mail, gate) => {
        isFrozen()
        await asleep
        return sending.deps.mailer.send(mail, gate)
      },
    },
  )
  return { deps, reached, wake }
}

test.each([
  ['on time', 0],
  ['ten minutes slow', -10],
])(
  'a worker that wakes after its lease, its clock %s, cannot send what another has taken over',
  async (_name, minutes) => {
    const sending = await start()
    const contact = await sending.enroll()
    const zombie = frozen(sending, { clock: () => clock.read().add({ minutes }) })
    const dying = pass(sending, minutes === 0 ? zombie.deps : { ...zombie.deps, clock: lateClock(minutes) })
    await zombie.reached
    clock.passes({ minutes: 3 })
    await sending.drain()
    expect(accepted(contact)).toBe(1)
    const bodies = server.bodiesBegun
    zombie.wake()
    await dying
    expect(server.bodiesBegun).toBe(bodies)
    expect(accepted(contact)).toBe(1)
    expect(await sending.runs()).toMatchObject([{ status: 'sent', claimNo: 2 }])
  },
)

test('a worker with a slow clock cannot send what another has claimed but not yet prepared', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const zombie = frozen(sending)
  const dying = pass(sending, { ...zombie.deps, clock: lateClock(-10) })
  await zombie.reached
  clock.passes({ minutes: 3 })
  expect((await claimDueRuns(sending.deps, sending.portalId)).runs).toHaveLength(1)
  const bodies = server.bodiesBegun
  zombie.wake()
  await dying
  expect(server.bodiesBegun).toBe(bodies)
  clock.passes({ minutes: 3 })
  await sending.drain()
  expect(accepted(contact)).toBe(1)
  expect(await sending.runs()).toMatchObject([{ status: 'sent' }])
})

/** On time for the claim, slow from then on: as a clock that was set back. */
function lateClock(minutes: number) {
  let reads = 0
  return () => (++reads > 3 ? clock.read().add({ minutes }) : clock.read())
}

test('a worker that wakes after its lease, with nobody having taken over, does not send either', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const zombie = frozen(sending)
  const dying = pass(sending, zombie.deps)
  await zombie.reached
  clock.passes({ minutes: 1, seconds: 45 })
  zombie.wake()
  await dying
  expect(accepted(contact)).toBe(0)
  expect(await sending.runs()).toMatchObject([{ status: 'scheduled' }])
  await sending.drain()
  expect(accepted(contact)).toBe(1)
})

test('an answer that comes after the lease ran out does not overwrite “unconfirmed”, and nothing is sent again', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.before('dot', async () => {
    server.before('dot', undefined)
    clock.passes({ minutes: 3 })
    await sending.drain()
  })
  await pass(sending)
  expect(accepted(contact)).toBe(1)
  expect(await sending.runs()).toMatchObject([{ status: 'unconfirmed' }])
  expect(await sending.deliveries()).toMatchObject([{ status: 'unconfirmed' }])
  expect((await sending.activities()).filter((kind) => kind.startsWith('step.'))).toEqual(['step.unconfirmed'])
})
