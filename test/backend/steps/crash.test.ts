import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { endEnrollment } from '#modules/enrollments/end-enrollment.ts'
import { claimDueRuns } from '#modules/steps/claim-due-runs.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { StepsDeps } from '#modules/steps/steps-deps.ts'
import { unsubscribe } from '#modules/suppressions/unsubscribe.ts'
import { useDatabase } from '#test/support/database.ts'
import { TestClock } from '#test/support/deps.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { type EnrolledContact, email, type Sending, startSending, wait } from '#test/support/sending.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'

const { db, url } = useDatabase()
const server = new SmtpServer()
const clock = new TestClock()
let mailer: Mailer

beforeAll(async () => {
  await server.start()
  mailer = createSmtpMailer({ url: server.url, sleep: systemSleep })
})
afterEach(() => server.clear())
afterAll(async () => {
  await mailer.close()
  await server.stop()
})

const start = (steps = [email('one')]) => startSending({ db, clock, mailer, steps })
const accepted = (contact: EnrolledContact) =>
  server.accepted.filter((mail) => mail.recipients.includes(contact.email)).length
const pass = (sending: Sending, deps: StepsDeps = sending.deps) =>
  sendDueSteps(deps, sending.portalId - 1, deps.readDealStages)

class Crash extends Error {}
const crash = (): never => {
  throw new Crash('the process died')
}

/** Where a worker may die, as deps that die there. Nothing after the point runs, as in a killed process. */
const POINTS: Record<string, (deps: StepsDeps) => StepsDeps> = {
  'while asking HubSpot': (deps) => ({ ...deps, readDealStages: async () => crash() }),
  'while rendering': (deps) => ({ ...deps, vault: { ...deps.vault, signLink: async () => crash() } }),
  'before the hand-over': (deps) => withMailer(deps, { send: async () => crash() }),
  'after the gate, before the content': (deps) => withMailer(deps, { send: async (_mail, gate) => gate().then(crash) }),
  'after the server said yes': (deps) =>
    withMailer(deps, { send: async (mail, gate) => deps.mailer.send(mail, gate).then(crash) }),
}

function withMailer(deps: StepsDeps, change: Partial<Mailer>): StepsDeps {
  return { ...deps, mailer: { ...deps.mailer, ...change } }
}

test.each(Object.keys(POINTS))('a worker that dies %s neither loses a mail nor sends it twice', async (point) => {
  const sending = await start([email('one'), wait('w', 1, 'hours')])
  const contacts = await Promise.all(Array.from({ length: 12 }, () => sending.enroll()))
  await expect(pass(sending, POINTS[point]?.(sending.deps))).rejects.toThrow(Crash)
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
    await pass(sending, deps).catch((error) => expect(error).toBeInstanceOf(Crash))
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

test('two workers on two pools never run one of several hundred steps twice', async () => {
  const sending = await start([wait('w', 0, 'minutes'), email('one')])
  const contacts: EnrolledContact[] = []
  for (let i = 0; i < 30; i++) contacts.push(...(await Promise.all(Array.from({ length: 10 }, () => sending.enroll()))))
  const other = openDatabase(openPool({ url, size: 10, role: APP_ROLE, name: 'second-worker' }))
  try {
    const work = async (deps: StepsDeps) => {
      for (let idle = 0; idle < 20; ) {
        const served = await pass(sending, deps)
        if (served?.handled) idle = 0
        else {
          idle++
          await systemSleep(10)
        }
      }
    }
    await Promise.all([work(sending.deps), work({ ...sending.deps, db: other })])
  } finally {
    await other.destroy()
  }
  expect(contacts.map(accepted).filter((times) => times !== 1)).toEqual([])
  const runs = await sending.runs()
  expect(runs).toHaveLength(600)
  expect(runs.every((run) => run.status === (run.position === 0 ? 'done' : 'sent') && run.claimNo === 1)).toBe(true)
  const activities = await sending.activities()
  expect(activities.filter((kind) => kind === 'step.sent')).toHaveLength(300)
  expect(activities.filter((kind) => kind === 'enrollment.completed')).toHaveLength(300)
}, 120_000)

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
        return mailer.send(mail, gate)
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

const STOPS: Record<string, (sending: Sending, contact: EnrolledContact) => Promise<unknown>> = {
  'the recipient unsubscribed': async (sending, contact) => {
    const claims = { purpose: 'unsubscribe' as const, portalId: sending.portalId, enrollmentId: contact.enrollmentId }
    await unsubscribe(sending.deps, { token: await linkVault.signLink(claims), requestId: 'test' })
  },
  'a person stopped it': (sending, contact) => sending.steer(contact, 'stop'),
  'the deal left the stage': (sending, contact) =>
    inPortal(db, sending.portalId, (trx) =>
      endEnrollment(sending.deps, trx, sending.portal, contact.enrollmentId, {
        status: 'stopped',
        reason: 'stage_left',
      }),
    ),
  'the sequence was paused': (sending) =>
    sending.query(`update sequences set status = 'paused' where portal_id = ${sending.portalId}`),
  'HubSpot was disconnected': (sending) =>
    sending.query(`update installations set status = 'disconnected' where portal_id = ${sending.portalId}`),
  'the contact opted out in HubSpot': (sending) =>
    sending.query(`update contacts set opted_out = true where portal_id = ${sending.portalId}`),
}

test.each(Object.keys(STOPS))(
  '%s after the claim, at the last moment: not a byte of the mail is sent',
  async (what) => {
    for (const moment of ['before the mail is frozen', 'before the content'] as const) {
      const sending = await start()
      const contact = await sending.enroll()
      const bodies = server.bodiesBegun
      let asked = false
      const stop = async () => {
        if (!asked) await STOPS[what]?.(sending, contact)
        asked = true
      }
      const deps: StepsDeps = {
        ...sending.deps,
        vault: {
          ...sending.deps.vault,
          signLink: async (claims) => {
            if (moment === 'before the mail is frozen') await stop()
            return linkVault.signLink(claims)
          },
        },
      }
      if (moment === 'before the content') server.before('data', stop)
      await pass(sending, deps)
      server.clear()
      expect(asked).toBe(true)
      expect(server.bodiesBegun).toBe(bodies)
      expect(accepted(contact)).toBe(0)
      expect((await sending.runs()).every((run) => ['canceled', 'scheduled'].includes(run.status))).toBe(true)
    }
  },
)

test('a stop that is being committed while the server asks for the content is waited for, and wins', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  let stopping: Promise<unknown> = Promise.resolve()
  server.before('data', async () => {
    server.before('data', undefined)
    await new Promise<void>((inside) => {
      stopping = inPortal(db, sending.portalId, async (trx) => {
        await endEnrollment(sending.deps, trx, sending.portal, contact.enrollmentId, {
          status: 'stopped',
          reason: 'stopped_by_user',
        })
        inside()
        // Not before the gate waits for this transaction's lock.
        for (let waits = 0; waits === 0; ) {
          await systemSleep(5)
          const rows = await sending.query<{ waits: number }>(
            'select count(*) as waits from pg_locks where not granted',
          )
          waits = rows[0]?.waits ?? 0
        }
      })
    })
  })
  await pass(sending)
  await stopping
  expect(accepted(contact)).toBe(0)
  expect(await sending.runs()).toMatchObject([{ status: 'canceled' }])
})

test('with every kind of line fault mixed in, no mail is accepted twice and every one has an outcome', async () => {
  const sending = await start()
  const contacts = await Promise.all(Array.from({ length: 80 }, () => sending.enroll()))
  const hasty = createSmtpMailer({ url: server.url, sleep: systemSleep, timeoutMs: 300 })
  const deps = { ...sending.deps, mailer: hasty }
  const stages = ['mail', 'rcpt', 'data', 'body', 'dot'] as const
  for (const stage of stages) {
    server.fault(stage, { kind: 'reset' }, { times: 2 })
    server.fault(stage, { kind: 'close' }, { times: 2 })
    server.fault(stage, { kind: 'reply', text: '451 4.3.0 later' }, { times: 2 })
  }
  server.fault('dot', { kind: 'silence' })
  for (let round = 0; round < 20; round++) {
    await pass(sending, deps)
    clock.passes({ minutes: 40 })
  }
  const runs = await sending.runs()
  expect(contacts.filter((contact) => accepted(contact) > 1)).toEqual([])
  expect(runs.filter((run) => !['sent', 'unconfirmed'].includes(run.status))).toEqual([])
  const unconfirmed = runs.filter((run) => run.status === 'unconfirmed')
  // Content begun and no reply: 4 in the body, 5 after the dot.
  expect(unconfirmed).toHaveLength(9)
  const ids = server.accepted.map((mail) => mail.messageId)
  expect(new Set(ids).size).toBe(ids.length)
}, 60_000)
