import { expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import type { StepsDeps } from '#modules/steps/steps-deps.ts'
import { type EnrolledContact, email, wait } from '#test/support/sending.ts'
import { pass, useSending } from './use-sending.ts'

const { url, server, clock, startWith: start, accepted } = useSending()

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

test('with every kind of line fault mixed in, no mail is accepted twice and every one has an outcome', async () => {
  const sending = await start()
  const contacts = await Promise.all(Array.from({ length: 80 }, () => sending.enroll()))
  const hasty = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate, timeoutMs: 300 })
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
