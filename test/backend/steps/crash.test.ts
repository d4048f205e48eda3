import { expect, test } from 'vitest'
import type { Mailer } from '#mail/mailer.ts'
import { claimDueRuns } from '#modules/steps/claim-due-runs.ts'
import type { StepsDeps } from '#modules/steps/steps-deps.ts'
import { ProcessDeath } from '#test/support/process-death.ts'
import { email, wait } from '#test/support/sending.ts'
import { pass, useSending, withMailer } from './use-sending.ts'

const { clock, startWith: start, accepted } = useSending()

/** Where a worker may die, as deps that die there. Nothing after the point runs, as in a killed process. */
const pointsOf = (crash: () => never): Record<string, (deps: StepsDeps) => StepsDeps> => ({
  'while asking HubSpot': (deps) => ({ ...deps, readSendFacts: async () => crash() }),
  'while rendering': (deps) => ({ ...deps, vault: { ...deps.vault, signLink: async () => crash() } }),
  'before the hand-over': (deps) => withMailer(deps, { send: async () => crash() }),
  'after the gate, before the content': (deps) => withMailer(deps, { send: async (_mail, gate) => gate().then(crash) }),
  'after the server said yes': (deps) =>
    withMailer(deps, { send: async (mail, gate) => deps.mailer.send(mail, gate).then(crash) }),
})
const POINTS = pointsOf(() => {
  throw new ProcessDeath('the process died')
})
const DEFECTS = pointsOf(() => {
  throw new TypeError('a defect')
})

test.each(Object.keys(POINTS))('a worker that dies %s neither loses a mail nor sends it twice', async (point) => {
  const sending = await start([email('one'), wait('w', 1, 'hours')])
  const contacts = await Promise.all(Array.from({ length: 12 }, () => sending.enroll()))
  await expect(pass(sending, POINTS[point]?.(sending.deps))).rejects.toThrow(ProcessDeath)
  expect(await sending.drain()).toBe(0)
  clock.passes({ minutes: 3 })
  await sending.drain()
  const runs = (await sending.runs()).filter((run) => run.position === 0)
  const inData = point.startsWith('after')
  for (const contact of contacts) {
    const run = runs.find((each) => each.enrollmentId === contact.enrollmentId)
    const mayBeUnconfirmed = inData && run?.status === 'unconfirmed'
    expect(mayBeUnconfirmed || run?.status === 'sent').toBe(true)
    expect(accepted(contact)).toBe(mayBeUnconfirmed && point.includes('before the content') ? 0 : 1)
  }
  if (inData) expect(runs.some((run) => run.status === 'unconfirmed')).toBe(true)
  else expect(runs.every((run) => run.status === 'sent')).toBe(true)
  expect((await sending.runs()).filter((run) => run.position === 1)).toHaveLength(12)
})

test.each(Object.keys(DEFECTS))(
  'a defect that shows %s, for every mail of a batch, neither loses one nor sends it twice',
  async (point) => {
    const sending = await start([email('one'), wait('w', 1, 'hours')])
    const contacts = await Promise.all(Array.from({ length: 12 }, () => sending.enroll()))
    await pass(sending, DEFECTS[point]?.(sending.deps))
    clock.passes({ minutes: 3 })
    await sending.drain()
    const runs = (await sending.runs()).filter((run) => run.position === 0)
    const inData = point.startsWith('after')
    expect(runs.map((run) => run.status)).toEqual(contacts.map(() => (inData ? 'unconfirmed' : 'sent')))
    expect(contacts.map(accepted)).toEqual(contacts.map(() => (point.includes('before the content') ? 0 : 1)))
  },
)

test('a worker that dies right after its claim loses nothing, waits included', async () => {
  const sending = await start([email('one'), wait('w', 0, 'hours'), email('two', '')])
  const contacts = await Promise.all(Array.from({ length: 5 }, () => sending.enroll()))
  for (let step = 0; step < 3; step++) {
    expect((await claimDueRuns(sending.deps, sending.portalId)).runs).toHaveLength(5)
    clock.passes({ minutes: 3 })
    expect((await pass(sending))?.handled).toBe(5)
  }
  for (const contact of contacts) expect(accepted(contact)).toBe(2)
})

test('sixty mails through random deaths: each is accepted at most once, and only deaths during the content leave doubt', async () => {
  const sending = await start()
  const contacts = await Promise.all(Array.from({ length: 60 }, () => sending.enroll()))
  const points = Object.values(POINTS)
  let seed = 7
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed / 2147483648
  }
  for (let round = 0; round < 12; round++) {
    const dying = points[Math.floor(random() * points.length)]?.(sending.deps) ?? sending.deps
    // Half of the sends of a round work before the worker dies.
    const deps = { ...dying, mailer: { ...dying.mailer, send: mixed(sending.deps.mailer, dying.mailer, random) } }
    await pass(sending, deps).catch((error) => expect(error).toBeInstanceOf(ProcessDeath))
    clock.passes({ minutes: 3 })
  }
  await sending.drain()
  const runs = await sending.runs()
  for (const contact of contacts) {
    const run = runs.find((each) => each.enrollmentId === contact.enrollmentId)
    expect(['sent', 'unconfirmed']).toContain(run?.status)
    if (run?.status === 'sent') expect(accepted(contact)).toBe(1)
    expect(accepted(contact)).toBeLessThanOrEqual(1)
  }
}, 60_000)

function mixed(healthy: Mailer, dying: Mailer, random: () => number): Mailer['send'] {
  return (mail, gate) => (random() < 0.5 ? healthy.send(mail, gate) : dying.send(mail, gate))
}
