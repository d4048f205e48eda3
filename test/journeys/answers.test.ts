import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import type { DealCard } from '#shared/contract/enrollment.ts'
import type { Answer } from '#test/sandbox/mail/answer.ts'
import { NORTHWIND_ID } from '#test/sandbox/starting.ts'
import { type Stack, startStack } from '#test/support/stack.ts'
import { newDatabase } from '#test/support/start-env.ts'

/** The mailbox is asked every five seconds. */
const WAIT = { timeout: 60_000, interval: 250 }

let stack: Stack
let sequenceId: string

beforeAll(async () => {
  const { url } = await newDatabase(inject('postgres').adminUrl)
  stack = await startStack({ databaseUrl: url, readsMail: true })
  await stack.connect(NORTHWIND_ID)
  await stack.card(NORTHWIND_ID, 'POST', '/api/pipelines/refresh', { idempotencyKey: 'answers-pipelines' })
  const steps = [
    { id: 'one', kind: 'email', subject: 'Hello', body: 'Hi there.' },
    { id: 'wait', kind: 'wait', amount: 2, unit: 'days' },
    { id: 'two', kind: 'email', subject: '', body: 'Again.' },
  ]
  const created = await stack.card<{ id: string }>(NORTHWIND_ID, 'POST', '/api/sequences', {
    ...{ name: 'Follow-up', idempotencyKey: 'answers-sequence' },
    definition: { steps, stopWhenStageLeft: true },
  })
  sequenceId = created.id
  const publish = { action: 'publish', idempotencyKey: 'answers-publish' }
  await stack.card(NORTHWIND_ID, 'POST', `/api/sequences/${sequenceId}/status`, publish)
})
afterAll(() => stack.stop())

/** Enrolls a new contact, waits for the first mail, and answers it; gives what reads the deal's card. */
async function answered(answer: Answer): Promise<() => Promise<DealCard>> {
  const { sandbox, card } = stack
  const email = `${answer}@answers.example`
  const contactId = sandbox.createContact(NORTHWIND_ID, { email, firstName: 'Ada' })
  const stageId = sandbox.state.portals.get(NORTHWIND_ID)?.pipelines[0]?.stages[0]?.id ?? ''
  const dealId = sandbox.createDeal(NORTHWIND_ID, { name: `Deal of ${answer}`, stageId, contactIds: [contactId] })
  const chosen = { sequenceId, contactIds: [contactId], idempotencyKey: `answers-enroll-${answer}` }
  await card(NORTHWIND_ID, 'POST', `/api/deals/${dealId}/enrollments`, chosen)
  const mail = await vi.waitUntil(
    () => sandbox.mail.messages().find((caught) => caught.envelopeTo.includes(email)),
    WAIT,
  )
  const returnDate = Temporal.Now.plainDateISO('UTC').add({ days: 14 })
  await sandbox.mailbox.answer(mail, answer, { returnDate })
  return () => card<DealCard>(NORTHWIND_ID, 'GET', `/api/deals/${dealId}`)
}

test.each([
  ['reply', 'stopped', /^The contact replied\.$/, 'Ada replied to step 1 of Follow-up'],
  [
    'bounce',
    'stopped',
    /^The mail came back/,
    'A mail of step 1 of Follow-up to Ada came back: the address does not exist (5.1.1)',
  ],
  ['unsubscribe', 'stopped', /^The contact unsubscribed\.$/, 'Ada unsubscribed through a mail of Follow-up'],
  ['complaint', 'stopped', /reported the mail as spam/, 'Ada reported a mail of step 1 of Follow-up as spam'],
  [
    'away',
    'paused',
    /^Out of office until \w{3} \d{1,2} \w{3}\. It goes on by itself then/,
    'Ada is out of office until',
  ],
] as const)('out over SMTP, %s in over SMTP and IMAP: the card says %s and why', async (answer, status, why, line) => {
  const card = await answered(answer)
  await vi.waitFor(async () => {
    const { contacts, activity } = await card()
    expect(contacts[0]?.enrollments[0]).toMatchObject({ status, why: expect.stringMatching(why) })
    expect(activity.map(({ text }) => text)).toContainEqual(expect.stringContaining(line))
  }, WAIT)
})
