import { expect, test } from 'vitest'
import type { Mailer } from '#mail/mailer.ts'
import { CONCURRENT_MAILS } from '#modules/steps/limits.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { useSending } from './use-sending.ts'

const { server, start } = useSending({ timeoutMs: 10_000 })

test('a worker that is asked to stop finishes the mails under way and gives the others back', async () => {
  const sending = await start()
  const contacts = 4 * CONCURRENT_MAILS
  for (let count = 0; count < contacts; count++) await sending.enroll()
  const stop = new AbortController()
  const stoppingMailer: Mailer = {
    ...sending.deps.mailer,
    send(mail, gate) {
      stop.abort()
      return sending.deps.mailer.send(mail, gate)
    },
  }
  const deps = { ...sending.deps, mailer: stoppingMailer, stopping: stop.signal }
  await sendDueSteps(deps, sending.portalId - 1, deps.readSendFacts)
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
