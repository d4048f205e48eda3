import { expect, test } from 'vitest'
import type { PortalContext } from '#core/context.ts'
import { type ErrorCode, isAppError } from '#core/errors.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { STOP_REASON } from '#shared/vocabulary.ts'
import { newPortal } from '#test/support/deps.ts'
import { type EnrolledContact, email, type Sending, wait } from '#test/support/sending.ts'
import { unconfirmedStep } from '#test/support/unconfirmed-step.ts'
import { useSending } from './use-sending.ts'

const { db, server, clock, start: begin } = useSending()

const start = (steps = [email('one'), wait('w', 1, 'days'), email('two', '')]) => begin({ steps })
const mailsTo = (contact: EnrolledContact) => server.accepted.filter((mail) => mail.recipients.includes(contact.email))
const asUser = (portalId: number): PortalContext => ({
  portalId,
  actor: { kind: 'user', userId: '7', email: 'rep@example.com' },
  requestId: 'test',
})

async function resolve(sending: Sending, action: 'retry' | 'resend' | 'skip', index = 0) {
  const stepRunId = (await sending.runs())[index]?.id ?? ''
  await resolveStep(sending.deps, asUser(sending.portalId), { stepRunId, action })
}

async function refused(work: Promise<unknown>): Promise<{ code: ErrorCode; message: string } | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (!isAppError(error)) throw error
    return { code: error.code, message: error.message }
  }
}

async function heldStep() {
  const sending = await start()
  const contact = await sending.enroll({ firstName: null })
  await sending.drain()
  expect(await sending.runs()).toMatchObject([{ status: 'held' }])
  const fill = () => sending.query(`update contacts set first_name = 'Ada' where portal_id = ${sending.portalId}`)
  return { sending, contact, fill }
}

const leftUnconfirmed = async (steps?: Parameters<typeof start>[0]) => unconfirmedStep(await start(steps), server)

test('a held step is sent once when its value was filled in and a person tries again', async () => {
  const { sending, contact, fill } = await heldStep()
  await fill()
  await resolve(sending, 'retry')
  expect(await sending.runs()).toMatchObject([
    { status: 'scheduled', why: expect.stringMatching(/^Tried again by rep@example\.com\. /) },
  ])
  await sending.drain()
  expect(mailsTo(contact)).toHaveLength(1)
  expect((await sending.runs()).map((run) => run.status)).toEqual(['sent', 'scheduled'])
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.held', 'step.retried', 'step.sent'])
})

test('a held step that is tried again without its value is held again', async () => {
  const { sending, contact } = await heldStep()
  await resolve(sending, 'retry')
  await sending.drain()
  expect(await sending.runs()).toMatchObject([{ status: 'held' }])
  expect(mailsTo(contact)).toEqual([])
})

test('a failed step is rendered anew when it is tried again, and keeps its Message-ID', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault('dot', { kind: 'reply', text: '554 5.6.0 not like this' })
  await sending.drain()
  const [before] = await sending.deliveries()
  await sending.query(`update contacts set first_name = 'Grace' where portal_id = ${sending.portalId}`)
  await resolve(sending, 'retry')
  await sending.drain()
  const [mail, ...more] = mailsTo(contact)
  expect(more).toEqual([])
  expect(mail?.messageId).toBe(before?.messageId)
  expect(mail?.raw).toContain('Hi Grace')
})

test('a skipped step goes on with the next one', async () => {
  const { sending, contact } = await heldStep()
  await resolve(sending, 'skip')
  expect(await sending.runs()).toMatchObject([
    { status: 'skipped', why: 'Skipped by rep@example.com.' },
    { status: 'scheduled', position: 1 },
  ])
  expect(await sending.activities()).toContain('step.skipped')
  expect(mailsTo(contact)).toEqual([])
})

test('a mail without a subject is held when no mail came before it whose subject it could continue', async () => {
  const { sending, contact, fill } = await heldStep()
  await resolve(sending, 'skip')
  await fill()
  clock.passes({ hours: 24 })
  await sending.drain()
  expect(mailsTo(contact)).toEqual([])
  expect((await sending.runs()).at(-1)).toMatchObject({ status: 'held', why: expect.stringContaining('no subject') })
})

test('an unconfirmed mail is sent once more under a new Message-ID, and the sequence’s timing stays as it was', async () => {
  const { sending, contact } = await leftUnconfirmed()
  const planned = (await sending.runs()).find((run) => run.position === 1)?.dueAt.epochMilliseconds
  clock.passes({ hours: 1 })
  await resolve(sending, 'resend')
  await sending.drain()
  expect(mailsTo(contact)).toHaveLength(1)
  const runs = await sending.runs()
  expect(runs.map((run) => [run.position, run.epoch, run.status])).toEqual([
    [0, 1, 'unconfirmed'],
    [0, 2, 'sent'],
    [1, 1, 'scheduled'],
  ])
  expect(runs[2]?.dueAt.epochMilliseconds).toBe(planned)
  const ids = (await sending.deliveries()).map((delivery) => delivery.messageId)
  expect(new Set(ids).size).toBe(2)
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.unconfirmed', 'step.resent', 'step.sent'])
  clock.passes({ hours: 23 })
  await sending.drain()
  expect(mailsTo(contact)).toHaveLength(2)
})

test('the last mail of a sequence can be sent once more although the sequence is complete', async () => {
  const { sending, contact } = await leftUnconfirmed([email('one')])
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed' })
  sending.deals.set(contact.dealId, { pipelineId: 'default', stageId: 'closedwon', deleted: false })
  await resolve(sending, 'resend')
  await sending.drain()
  expect(mailsTo(contact)).toHaveLength(1)
  expect(await sending.activities()).not.toContain('enrollment.stopped')
})

test('an address that was suppressed gets no mail once more either', async () => {
  const { sending, contact } = await leftUnconfirmed([email('one')])
  await resolve(sending, 'resend')
  await sending.query(`update contacts set opted_out = true where portal_id = ${sending.portalId}`)
  await sending.drain()
  expect(mailsTo(contact)).toEqual([])
  expect((await sending.runs()).at(-1)).toMatchObject({ status: 'canceled', why: `${STOP_REASON.unsubscribed}.` })
})

test('two people who send the same mail once more at once cause one mail', async () => {
  const { sending, contact } = await leftUnconfirmed()
  const both = await Promise.all([refused(resolve(sending, 'resend')), refused(resolve(sending, 'resend'))])
  expect(both.filter((refusal) => refusal === undefined)).toHaveLength(1)
  expect(both.find((refusal) => refusal)).toMatchObject({ code: 'conflict' })
  await sending.drain()
  expect(mailsTo(contact)).toHaveLength(1)
  expect(await refused(resolve(sending, 'resend'))).toEqual({
    code: 'conflict',
    message: 'This mail was sent once more already.',
  })
})

test('an unconfirmed mail can be left as it is: it asks no more, and the sequence’s timing stays as it was', async () => {
  const { sending, contact } = await leftUnconfirmed()
  const before = (await sending.runs()).find((run) => run.position === 1)
  clock.passes({ hours: 1 })
  await resolve(sending, 'skip')
  await sending.drain()
  expect(await sending.runs()).toMatchObject([
    { position: 0, status: 'done', why: 'Left as it was by rep@example.com: nobody could confirm the mail.' },
    { position: 1, status: 'scheduled', dueAt: before?.dueAt },
  ])
  expect(mailsTo(contact)).toEqual([])
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.unconfirmed', 'step.left'])
  for (const action of ['skip', 'resend', 'retry'] as const) {
    expect(await refused(resolve(sending, action))).toMatchObject({ code: 'conflict' })
  }
})

test('the question about a mail can be ended although its enrollment was stopped, but not once the mail went out again', async () => {
  const { sending, contact } = await leftUnconfirmed()
  await resolve(sending, 'resend')
  await sending.drain()
  expect(await refused(resolve(sending, 'skip'))).toMatchObject({ code: 'conflict' })
  const other = await leftUnconfirmed()
  await other.sending.steer(other.contact, 'stop')
  await resolve(other.sending, 'skip')
  expect(mailsTo(contact)).toHaveLength(1)
})

test('a mail sent once more that stays unconfirmed can be sent once more again', async () => {
  const { sending, contact } = await leftUnconfirmed()
  await resolve(sending, 'resend')
  server.fault('body', { kind: 'close' })
  await sending.drain()
  await resolve(sending, 'resend', 1)
  await sending.drain()
  expect(mailsTo(contact)).toHaveLength(1)
  expect((await sending.runs()).filter((run) => run.position === 1)).toHaveLength(1)
})

test('a step of an enrollment that ends while HubSpot is asked waits for nobody, because nobody could answer', async () => {
  const sending = await start()
  const contact = await sending.enroll({ firstName: null })
  await sendDueSteps(sending.deps, sending.portalId - 1, async (deps, portalId, pairs) => {
    await sending.steer(contact, 'stop')
    return sending.deps.readSendFacts(deps, portalId, pairs)
  })
  expect(await sending.runs()).toMatchObject([
    { status: 'canceled', why: 'The enrollment ended before this step.', settledAt: clock.read() },
  ])
  expect(await sending.activities()).not.toContain('step.held')
})

test('what a step does not wait for is refused with a reason', async () => {
  const { sending, contact } = await leftUnconfirmed()
  expect(await refused(resolve(sending, 'retry'))).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('no longer waits'),
  })
  expect(await refused(resolve(sending, 'resend', 1))).toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('Only a mail'),
  })
  await sending.steer(contact, 'pause')
  expect(await refused(resolve(sending, 'resend'))).toMatchObject({
    message: 'The enrollment is paused. Resume it first.',
  })
  await sending.steer(contact, 'stop')
  expect(await refused(resolve(sending, 'resend'))).toMatchObject({ message: expect.stringContaining('was stopped') })
})

test('a held step of a paused or ended enrollment is not tried again', async () => {
  const { sending, contact } = await heldStep()
  await sending.steer(contact, 'pause')
  expect(await refused(resolve(sending, 'retry'))).toMatchObject({
    message: 'The enrollment is paused. Resume it first.',
  })
  await sending.steer(contact, 'stop')
  expect(await refused(resolve(sending, 'retry'))).toMatchObject({ code: 'conflict' })
})

test('another portal’s step does not exist', async () => {
  const { sending } = await heldStep()
  const stepRunId = (await sending.runs())[0]?.id ?? ''
  const other = asUser(await newPortal(db, clock))
  expect(await refused(resolveStep(sending.deps, other, { stepRunId, action: 'retry' }))).toMatchObject({
    code: 'not_found',
  })
  expect(await sending.runs()).toMatchObject([{ status: 'held' }])
})
