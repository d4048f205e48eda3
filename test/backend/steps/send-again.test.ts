import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { allowSending } from '#modules/limits/allow-sending.ts'
import { stopSending } from '#modules/limits/stop-sending.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { STOP_REASON } from '#shared/vocabulary.ts'
import { type EnrolledContact, email, type Sending, wait } from '#test/support/sending.ts'
import { unconfirmedStep } from '#test/support/unconfirmed-step.ts'
import { useSending } from './use-sending.ts'

const { db, server, clock, startWith: start, mailsTo: mailsToAddress } = useSending()
const mailsTo = (contact: EnrolledContact) => mailsToAddress(contact.email)

async function sendAgain(sending: Sending, index = 0) {
  const stepRunId = (await sending.runs())[index]?.id ?? ''
  await resolveStep(sending.deps, sending.portal, { stepRunId, action: 'resend' })
}

const leftUnconfirmed = async (steps: Step[]) => unconfirmedStep(await start(steps), server)

test('a mail sent once more that has to wait still goes when the sequence is complete meanwhile', async () => {
  const { sending, contact } = await leftUnconfirmed([email('one'), wait('w', 10, 'minutes'), email('two', '')])
  await sendAgain(sending)
  server.fault('rcpt', { kind: 'reply', text: '451 4.3.0 not now' }, { times: 3 })
  for (let minute = 0; minute < 60; minute++) {
    await sending.drain()
    if (minute === 11) expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed' })
    clock.passes({ minutes: 1 })
  }
  expect(mailsTo(contact)).toHaveLength(2)
  expect((await sending.runs()).map(({ status }) => status)).toEqual(['unconfirmed', 'sent', 'done', 'sent'])
})

test('a mail without a subject that is sent once more keeps the subject it had, and the next one its own', async () => {
  const sending = await start([
    email('one', 'First'),
    email('two', ''),
    email('three', 'Another topic'),
    wait('w', 1),
    email('four', ''),
  ])
  const contact = await sending.enroll()
  clock.passes({ seconds: 1 })
  await sendDueSteps(sending.deps, sending.portalId - 1, sending.deps.readSendFacts)
  clock.passes({ seconds: 1 })
  server.fault('body', { kind: 'reset' })
  await sendDueSteps(sending.deps, sending.portalId - 1, sending.deps.readSendFacts)
  clock.passes({ seconds: 1 })
  await sending.drain()
  clock.passes({ seconds: 1 })
  expect((await sending.runs()).map(({ status }) => status)).toEqual(['sent', 'unconfirmed', 'sent', 'scheduled'])
  await sendAgain(sending, 1)
  await sending.drain()
  clock.passes({ hours: 24 })
  await sending.drain()
  const subjects = mailsTo(contact).map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw)?.[1])
  expect(subjects).toEqual(['First', 'Another topic', 'First', 'Another topic'])
})

test('a mail sent once more that a stop kept back for days asks HubSpot first: nobody has just looked then', async () => {
  for (const [stageId, mails] of [['closedlost', 0] as const, ['proposal', 1] as const]) {
    const { sending, contact } = await leftUnconfirmed([email('one')])
    const stop = { sequenceId: null, cause: 'person' } as const
    await inPortal(db, sending.portalId, (trx) =>
      stopSending(sending.deps, trx, sending.portal, { ...stop, mails: 'all', reason: 'look' }),
    )
    await sendAgain(sending)
    for (let hour = 0; hour < 48; hour++) {
      await sending.drain()
      clock.passes({ hours: 1 })
    }
    sending.deals.set(contact.dealId, { pipelineId: 'default', stageId, deleted: false })
    await inPortal(db, sending.portalId, (trx) => allowSending(sending.deps, trx, sending.portal, stop))
    await sending.drain()
    expect(mailsTo(contact)).toHaveLength(mails)
    const why = mails === 0 ? `${STOP_REASON.stage_left}.` : 'The mail server accepted it.'
    expect((await sending.runs()).at(-1)).toMatchObject({ status: mails === 0 ? 'canceled' : 'sent', why })
  }
})
