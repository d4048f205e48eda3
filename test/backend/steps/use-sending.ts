import { afterAll, afterEach, beforeAll } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { StepsDeps } from '#modules/steps/steps-deps.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { useDatabase } from '#test/support/database.ts'
import { TestClock } from '#test/support/deps.ts'
import { type EnrolledContact, type Sending, type SendingOptions, startSending } from '#test/support/sending.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'

/** A database, a clock and a mail server of its own for this test file, and portals that send through them. */
export function useSending(options: { timeoutMs?: number } = {}) {
  const { db, url } = useDatabase()
  const server = new SmtpServer()
  const clock = new TestClock()
  let mailer: Mailer

  beforeAll(async () => {
    await server.start()
    mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate, ...options })
  })
  afterEach(() => server.clear())
  afterAll(async () => {
    await mailer.close()
    await server.stop()
  })

  const start = (given: Partial<SendingOptions> = {}) => startSending({ db, clock, mailer, ...given })
  const mailsTo = (address: string) => server.accepted.filter((mail) => mail.recipients.includes(address))
  return {
    db,
    url,
    server,
    clock,
    /** The mailer in use; only while a test runs. */
    get mailer() {
      return mailer
    },
    start,
    startWith: (steps?: Step[]) => start(steps && { steps }),
    mailsTo,
    /** How many mails to the contact the server took. */
    accepted: (contact: EnrolledContact) => mailsTo(contact.email).length,
  }
}

/** One pass of a worker over what is due in the portal. */
export const pass = (sending: Sending, deps: StepsDeps = sending.deps) =>
  sendDueSteps(deps, sending.portalId - 1, deps.readSendFacts)

export const laneOf = (sending: Sending) =>
  sending.query<{ dueAt: Temporal.Instant }>(
    `select due_at from lanes where portal_id = ${sending.portalId} and kind = 'steps'`,
  )

/** Changes every row the portal has in the table, or those of which this is true. */
export const set = (sending: Sending, table: string, change: string, where = 'true') =>
  sending.query(`update ${table} set ${change} where portal_id = ${sending.portalId} and ${where}`)

export function withMailer(deps: StepsDeps, change: Partial<Mailer>): StepsDeps {
  return { ...deps, mailer: { ...deps.mailer, ...change } }
}
