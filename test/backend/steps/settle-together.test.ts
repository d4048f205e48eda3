import { expect, test } from 'vitest'
import type { Mailer } from '#mail/mailer.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { useSending } from './use-sending.ts'

const { db, server, clock, start } = useSending({ timeoutMs: 10_000 })

/** The database refuses the next writes of an outcome, as it does when a lock is not to be had. */
function failing(times: number, code: string): { db: typeof db; arm: () => void; failures: () => number } {
  let left = 0
  let failures = 0
  const broken = new Proxy(db, {
    get(target, property, receiver) {
      if (property === 'transaction' && left > 0) {
        left--
        failures++
        throw Object.assign(new Error('refused by the test'), { code })
      }
      const value = Reflect.get(target, property, receiver)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return {
    db: broken,
    arm: () => {
      left = times
    },
    failures: () => failures,
  }
}

async function sendWhile(times: number, code: string) {
  const sending = await start()
  const contact = await sending.enroll()
  const { db: broken, arm, failures } = failing(times, code)
  const armed: Mailer = {
    ...sending.deps.mailer,
    async send(mail, gate) {
      const outcome = await sending.deps.mailer.send(mail, gate)
      arm()
      return outcome
    },
  }
  const deps = { ...sending.deps, db: broken, mailer: armed }
  const pass = sendDueSteps(deps, sending.portalId - 1, deps.readSendFacts)
  const accepted = () => server.accepted.filter((mail) => mail.recipients.includes(contact.email)).length
  return { sending, pass, failures, accepted }
}

test('an accepted mail is settled as sent although the database could not be used right after it', async () => {
  const { sending, pass, failures, accepted } = await sendWhile(5, '55P03')
  await pass
  expect(failures()).toBe(5)
  expect(accepted()).toBe(1)
  expect((await sending.runs()).map((run) => run.status)).toEqual(['sent'])
})

test('what the database refuses once for no reason of its own is written down a minute later, and the mail never sent again', async () => {
  const { sending, pass, failures, accepted } = await sendWhile(1, '23514')
  await pass
  expect(failures()).toBe(1)
  expect((await sending.runs()).map((run) => run.status)).toEqual(['sending'])
  clock.passes({ minutes: 3 })
  await sending.drain()
  expect(accepted()).toBe(1)
  expect((await sending.runs()).map((run) => run.status)).toEqual(['sent'])
})
