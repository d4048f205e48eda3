import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { CONCURRENT_MAILS } from '#modules/steps/limits.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { useDatabase } from '#test/support/database.ts'
import { TestClock } from '#test/support/deps.ts'
import { startSending } from '#test/support/sending.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'

const { db } = useDatabase()
const server = new SmtpServer()
const clock = new TestClock()
let mailer: Mailer

beforeAll(async () => {
  await server.start()
  mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate, timeoutMs: 10_000 })
})
afterEach(() => server.clear())
afterAll(async () => {
  await mailer.close()
  await server.stop()
})

test('a worker that is asked to stop finishes the mails under way and gives the others back', async () => {
  const sending = await startSending({ db, clock, mailer })
  const contacts = 4 * CONCURRENT_MAILS
  for (let count = 0; count < contacts; count++) await sending.enroll()
  const stop = new AbortController()
  const stoppingMailer: Mailer = {
    ...mailer,
    send(mail, gate) {
      stop.abort()
      return mailer.send(mail, gate)
    },
  }
  const deps = { ...sending.deps, mailer: stoppingMailer, stopping: stop.signal }
  await sendDueSteps(deps, sending.portalId - 1, deps.readDealStages)
  const sent = server.accepted.length
  expect(sent).toBeGreaterThan(0)
  expect(sent).toBeLessThanOrEqual(CONCURRENT_MAILS)
  const statuses = (await sending.runs()).map((run) => run.status)
  expect(statuses.filter((status) => status === 'sent')).toHaveLength(sent)
  expect(statuses.filter((status) => status === 'scheduled')).toHaveLength(contacts - sent)

  // No lease has to run out: the clock stands still.
  await sending.drain()
  expect(new Set(server.accepted.map((mail) => mail.recipients.join())).size).toBe(contacts)
  expect(server.accepted).toHaveLength(contacts)
})
