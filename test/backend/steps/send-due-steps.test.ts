import PostalMime from 'postal-mime'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { claimDueRuns } from '#modules/steps/claim-due-runs.ts'
import { releasePausedSteps } from '#modules/steps/release-paused-steps.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { useDatabase } from '#test/support/database.ts'
import { TestClock } from '#test/support/deps.ts'
import { email, type Sending, startSending, wait } from '#test/support/sending.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'

const { db } = useDatabase()
const server = new SmtpServer()
const clock = new TestClock()
let mailer: Mailer

beforeAll(async () => {
  await server.start()
  mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, timeoutMs: 2_000 })
})
afterEach(() => server.clear())
afterAll(async () => {
  await mailer.close()
  await server.stop()
})

const start = (options: Partial<Parameters<typeof startSending>[0]> = {}) =>
  startSending({ db, clock, mailer, ...options })
const mailsTo = (address: string) => server.accepted.filter((mail) => mail.recipients.includes(address))
const laneOf = (sending: Sending) =>
  sending.query<{ dueAt: Temporal.Instant }>(
    `select due_at from lanes where portal_id = ${sending.portalId} and kind = 'steps'`,
  )
const set = (sending: Sending, table: string, change: string) =>
  sending.query(`update ${table} set ${change} where portal_id = ${sending.portalId}`)

test('an enrolled contact gets the mail once, with its values, from the portal’s sender, and the sequence completes', async () => {
  const sending = await start({
    steps: [email('one', 'For {{ contact.firstname }}', 'Hi {{ contact.firstname }}, about {{ deal.name }}.')],
  })
  const contact = await sending.enroll()
  expect(await sending.drain()).toBe(1)
  const [mail, ...more] = mailsTo(contact.email)
  expect(more).toEqual([])
  const parsed = await PostalMime.parse(mail?.raw ?? '')
  expect(parsed.subject).toBe('For Ada')
  expect(parsed.text).toContain('Hi Ada, about Engines.')
  expect(parsed.from).toEqual({
    name: `portal-${sending.portalId}.example`,
    address: `sales-${sending.portalId}@mail.example.com`,
  })
  expect(parsed.replyTo?.[0]?.address).toBe('admin@example.com')
  expect(mail?.from).toMatch(new RegExp(`^bounces\\+${sending.portalId}-[0-9a-z]{24}@mail\\.example\\.com$`))
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed' })
  expect(await sending.runs()).toMatchObject([{ status: 'sent', why: 'The mail server accepted it.' }])
  expect(await sending.deliveries()).toMatchObject([{ status: 'accepted', response: '250 2.0.0 stored' }])
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.sent', 'enrollment.completed'])
  expect(await laneOf(sending)).toEqual([])
})

test('waits take their time: each mail goes out when the wait before it is over, not earlier', async () => {
  const sending = await start({
    steps: [email('a'), wait('w', 2, 'days'), email('b', ''), wait('x', 1, 'hours'), email('c', 'New topic')],
  })
  const contact = await sending.enroll()
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  expect((await laneOf(sending))[0]?.dueAt.epochMilliseconds).toBe(clock.read().add({ hours: 48 }).epochMilliseconds)
  clock.passes({ hours: 47, minutes: 59 })
  expect(await sending.drain()).toBe(0)
  clock.passes({ minutes: 1 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(2)
  clock.passes({ hours: 1 })
  await sending.drain()
  const mails = await Promise.all(mailsTo(contact.email).map((mail) => PostalMime.parse(mail.raw)))
  expect(mails.map((mail) => mail.subject)).toEqual(['Hello', 'Hello', 'New topic'])
  expect(mails[1]?.inReplyTo).toBe(mails[0]?.messageId)
  expect(mails[1]?.references).toBe(mails[0]?.messageId)
  expect(mails[2]?.inReplyTo).toBeUndefined()
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed', stepPosition: 4 })
  expect((await sending.runs()).map((run) => run.status)).toEqual(['sent', 'done', 'sent', 'done', 'sent'])
})

test('a contact that unsubscribed, opted out, has no address or is gone gets nothing, and the reason is kept', async () => {
  const sending = await start()
  const optedOut = await sending.enroll({ optedOut: true })
  const nobody = await sending.enroll({ email: null })
  const broken = await sending.enroll({ email: 'not an address' })
  const deleted = await sending.enroll()
  await sending.query(
    `update contacts set deleted = true where portal_id = ${sending.portalId} and id = '${deleted.contactId}'`,
  )
  const before = server.accepted.length
  await sending.drain()
  expect(server.accepted.length).toBe(before)
  expect(await sending.enrollment(optedOut.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'unsubscribed',
  })
  expect(await sending.enrollment(deleted.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'contact_deleted',
  })
  expect(await sending.runs(nobody.enrollmentId)).toMatchObject([
    { status: 'held', why: expect.stringContaining('no e-mail address') },
  ])
  expect(await sending.runs(broken.enrollmentId)).toMatchObject([
    { status: 'held', why: expect.stringContaining('not valid') },
  ])
  expect(sending.hubspot.asked).toBe(0)
})

test('a deal that left the stage, moved to another pipeline or was deleted stops its sequence before the mail', async () => {
  const sending = await start()
  const left = await sending.enroll()
  const moved = await sending.enroll()
  const deleted = await sending.enroll()
  const stays = await sending.enroll()
  sending.deals.set(left.dealId, { pipelineId: 'default', stageId: 'closedlost', deleted: false })
  sending.deals.set(moved.dealId, { pipelineId: 'other', stageId: 'proposal', deleted: false })
  sending.deals.set(deleted.dealId, { pipelineId: null, stageId: null, deleted: true })
  await sending.drain()
  expect(sending.hubspot.asked).toBe(1)
  for (const contact of [left, moved, deleted]) expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.enrollment(left.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'stage_left' })
  expect(await sending.enrollment(moved.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'stage_left' })
  expect(await sending.enrollment(deleted.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'deal_deleted',
  })
  expect(await sending.runs(left.enrollmentId)).toMatchObject([{ status: 'canceled' }])
  expect(mailsTo(stays.email)).toHaveLength(1)
})

test('a sequence that does not stop with the stage goes on, but not after the deal was deleted', async () => {
  const sending = await start({ stopWhenStageLeft: false })
  const left = await sending.enroll()
  const deleted = await sending.enroll()
  sending.deals.set(left.dealId, { pipelineId: 'default', stageId: 'closedlost', deleted: false })
  sending.deals.set(deleted.dealId, { pipelineId: null, stageId: null, deleted: true })
  await sending.drain()
  expect(mailsTo(left.email)).toHaveLength(1)
  expect(mailsTo(deleted.email)).toEqual([])
})

test('while HubSpot cannot be asked nothing is sent; the step says why, tries again, and after a day waits for a person', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  sending.hubspot.fails = () => new AppError('hubspot_unavailable', 'HubSpot did not answer.')
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  const [run] = await sending.runs()
  expect(run).toMatchObject({ status: 'scheduled', attempts: 0 })
  expect(run?.why).toMatch(
    /^HubSpot could not be asked whether the deal is still in the stage; trying again at \d{4}-\d\d-\d\d \d\d:\d\d \(Europe\/Berlin\)\.$/,
  )
  for (let hour = 0; hour < 25; hour++) {
    clock.passes({ hours: 1 })
    await sending.drain()
  }
  expect(await sending.runs()).toMatchObject([{ status: 'held' }])
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.held'])
  expect(mailsTo(contact.email)).toEqual([])
})

test('when HubSpot answers again the mail goes out once', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  sending.hubspot.fails = () =>
    new AppError('hubspot_unavailable', 'HubSpot did not answer.', { retryAfterMs: 300_000 })
  await sending.drain()
  clock.passes({ minutes: 4 })
  expect(await sending.drain()).toBe(0)
  delete sending.hubspot.fails
  clock.passes({ minutes: 2 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a deal that HubSpot does not name in its answer is not mailed', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await sendDueSteps(sending.deps, sending.portalId - 1, async () => new Map())
  expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.runs()).toMatchObject([{ status: 'scheduled' }])
})

test('a step of a paused sequence stays planned and goes out when the sequence is resumed', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await set(sending, 'sequences', "status = 'paused'")
  await sending.drain()
  clock.passes({ hours: 30 })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.runs()).toMatchObject([
    { status: 'scheduled', why: 'The sequence is paused; the mail goes out when it is resumed.' },
  ])
  await set(sending, 'sequences', "status = 'active'")
  await inPortal(db, sending.portalId, (trx) =>
    releasePausedSteps(sending.deps, trx, sending.portal, sending.sequenceId),
  )
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a paused enrollment gets nothing; resumed, it goes on to its end', async () => {
  const sending = await start({ steps: [wait('w', 1, 'hours'), email('one'), wait('x', 1, 'hours'), email('two', '')] })
  const contact = await sending.enroll()
  await sending.steer(contact, 'pause')
  clock.passes({ hours: 2 })
  expect(await sending.drain()).toBe(0)
  await sending.steer(contact, 'resume')
  clock.passes({ minutes: 59 })
  expect(await sending.drain()).toBe(0)
  clock.passes({ minutes: 1 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  await sending.steer(contact, 'pause')
  await sending.steer(contact, 'resume')
  clock.passes({ hours: 1 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(2)
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed' })
})

test('a pause between the claim and the content stops the mail, and a resume sends it at once', async () => {
  const sending = await start({ steps: [email('one'), wait('w', 1, 'hours')] })
  const contact = await sending.enroll()
  let paused = false
  server.before('data', async () => {
    if (!paused) await sending.steer(contact, 'pause')
    paused = true
  })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.runs()).toMatchObject([{ status: 'canceled', why: 'Paused by a person.' }])
  await sending.steer(contact, 'resume')
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  expect((await sending.runs()).map((run) => run.status)).toEqual(['sent', 'scheduled'])
})

test('a wait that a worker had in hand when its enrollment was paused ends after the resume', async () => {
  const sending = await start({ steps: [wait('w', 1, 'hours'), email('one')] })
  const contact = await sending.enroll()
  clock.passes({ hours: 1 })
  await claimDueRuns(sending.deps, sending.portalId)
  await sending.steer(contact, 'pause')
  clock.passes({ minutes: 3 })
  await sending.drain()
  expect(await sending.runs()).toMatchObject([{ status: 'canceled' }])
  await sending.steer(contact, 'resume')
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a portal that is not connected is not worked for', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await set(sending, 'installations', "status = 'inactive'")
  expect(await sending.drain()).toBe(0)
  expect(mailsTo(contact.email)).toEqual([])
  await set(sending, 'installations', "status = 'connected'")
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('one pass takes at most a hundred steps and the next portal comes before the rest', async () => {
  const big = await start()
  for (let i = 0; i < 105; i++) await big.enroll()
  const small = await start()
  const contact = await small.enroll()
  const first = await sendDueSteps(big.deps, big.portalId - 1, big.deps.readDealStages)
  expect(first).toEqual({ portalId: big.portalId, handled: 100 })
  expect(await sendDueSteps(small.deps, big.portalId, small.deps.readDealStages)).toEqual({
    portalId: small.portalId,
    handled: 1,
  })
  expect(mailsTo(contact.email)).toHaveLength(1)
  expect(await sendDueSteps(big.deps, small.portalId, big.deps.readDealStages)).toBeUndefined()
  expect(await sendDueSteps(big.deps, big.portalId - 1, big.deps.readDealStages)).toEqual({
    portalId: big.portalId,
    handled: 5,
  })
  expect(await sendDueSteps(big.deps, big.portalId - 1, big.deps.readDealStages)).toBeUndefined()
}, 60_000)

test('a mail server that is down costs no attempt and is asked once per batch; when it is back all go out once', async () => {
  const sending = await start()
  const contacts = await Promise.all(Array.from({ length: 30 }, () => sending.enroll()))
  await server.stop()
  try {
    await sending.drain()
    const runs = await sending.runs()
    expect(runs.every((run) => run.status === 'scheduled' && run.attempts === 0)).toBe(true)
    expect(runs[0]?.why).toMatch(/^The mail server could not be used \(127\.0\.0\.1:\d+: .*\); trying again at /)
  } finally {
    await server.start()
  }
  const connections = server.connections
  server.fault('greet', { kind: 'reply', text: '421 not now' }, { times: 1000 })
  clock.passes({ minutes: 2 })
  await sending.drain()
  expect(server.connections - connections).toBeLessThanOrEqual(10)
  server.clear()
  clock.passes({ hours: 1 })
  await sending.drain()
  for (const contact of contacts) expect(mailsTo(contact.email)).toHaveLength(1)
  expect((await sending.deliveries()).every((delivery) => delivery.status === 'accepted')).toBe(true)
})

test('a refusal for now is tried again with growing pauses, the same mail each time, and in the end waits for a person', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault('rcpt', { kind: 'reply', text: '451 4.7.1 greylisted' }, { times: 1000 })
  const pauses: number[] = []
  for (let attempt = 1; attempt <= 6; attempt++) {
    await sending.drain()
    const [run] = await sending.runs()
    if (run?.status !== 'scheduled') break
    expect(run.attempts).toBe(attempt)
    expect(run.why).toContain('The mail server said “451 4.7.1 greylisted”; trying again at ')
    pauses.push(Math.round(run.dueAt.since(clock.read()).total('minutes')))
    clock.passes({ hours: 8 })
  }
  expect(pauses).toEqual([1, 6, 34, 135, 405])
  expect(await sending.runs()).toMatchObject([{ status: 'failed', why: expect.stringContaining('refused it 6 times') }])
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await sending.deliveries()).toMatchObject([{ status: 'refused', response: '451 4.7.1 greylisted' }])
  expect(mailsTo(contact.email)).toEqual([])
})

test('greylisting once means one mail, with the Message-ID it had', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault('dot', { kind: 'reply', text: '450 4.2.0 try later' })
  await sending.drain()
  const [before] = await sending.deliveries()
  clock.passes({ minutes: 5 })
  await sending.drain()
  expect(mailsTo(contact.email).map((mail) => mail.messageId)).toEqual([before?.messageId])
  expect((await sending.runs()).map((run) => run.status)).toEqual(['sent'])
})

test('an address that does not exist ends the enrollment and is not written to again', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault('rcpt', { kind: 'reply', text: '550 5.1.1 no such user' })
  await sending.drain()
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'address_rejected',
  })
  expect(await sending.query(`select reason, address from suppressions where portal_id = ${sending.portalId}`)).toEqual(
    [{ reason: 'bounced', address: contact.email }],
  )
  expect(await sending.runs()).toMatchObject([
    { status: 'failed', why: expect.stringContaining('550 5.1.1 no such user') },
  ])
})

test.each([
  ['550 5.7.1 blocked by policy', 'rcpt'],
  ['552 5.2.2 mailbox full', 'rcpt'],
  ['554 5.7.1 spam', 'dot'],
  ['550 5.1.1 no such user', 'dot'],
] as const)('“%s” at %s is not the address’s fault: the step waits for a person', async (text, stage) => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault(stage, { kind: 'reply', text })
  await sending.drain()
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await sending.runs()).toMatchObject([{ status: 'failed', why: `The mail server refused it: “${text}”.` }])
  expect(await sending.query(`select * from suppressions where portal_id = ${sending.portalId}`)).toEqual([])
  clock.passes({ hours: 100 })
  expect(await sending.drain()).toBe(0)
})

test('a mail whose answer was lost is unconfirmed, counts as sent for the timing, and is never sent again on its own', async () => {
  const sending = await start({ steps: [email('one'), wait('w', 1, 'days'), email('two')] })
  const contact = await sending.enroll()
  server.fault('dot', { kind: 'reset' })
  await sending.drain()
  expect(await sending.runs()).toMatchObject([{ status: 'unconfirmed' }, { status: 'scheduled', position: 1 }])
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.unconfirmed'])
  clock.passes({ hours: 24 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(2)
  expect((await sending.deliveries()).map((delivery) => delivery.status)).toEqual(['unconfirmed', 'accepted'])
})

test('a missing value holds the step and names the field; with the value the mail goes out once', async () => {
  const sending = await start({ steps: [email('one', 'For {{ contact.company }}', 'Hi {{ contact.firstname }}')] })
  const contact = await sending.enroll({ firstName: '  ' })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.runs()).toMatchObject([
    { status: 'held', why: 'No value for contact.company, contact.firstname. Fill it in HubSpot, then try again.' },
  ])
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.held'])
  expect(await laneOf(sending)).toEqual([])
})

test('nobody to answer to means nobody is mailed', async () => {
  const sending = await start()
  await set(sending, 'installations', 'connected_by_email = null')
  const contact = await sending.enroll()
  await sending.drain()
  expect(await sending.runs()).toMatchObject([{ status: 'held', why: expect.stringContaining('Set a reply address') }])
  expect(mailsTo(contact.email)).toEqual([])
})

test('a retry goes to the address the contact has now', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault('rcpt', { kind: 'reply', text: '451 later' })
  await sending.drain()
  await set(sending, 'contacts', "email = 'new-address@example.com'")
  clock.passes({ hours: 1 })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  const mails = mailsTo('new-address@example.com')
  expect(mails).toHaveLength(1)
  expect(mails[0]?.raw).toContain('To: new-address@example.com')
})

test('hostile names reach the server as one mail to one recipient', async () => {
  const sending = await start({ steps: [email('one', '{{ contact.firstname }}', 'Hi {{ contact.firstname }}')] })
  const names = [
    'Ada\r\nBcc: evil@example.net',
    '{{ contact.email }}',
    '<img src=x onerror=alert(1)>',
    'a\r\n.\r\nMAIL FROM:<evil@example.net>',
  ]
  const contacts = []
  for (const firstName of names) contacts.push(await sending.enroll({ firstName }))
  await sending.drain()
  for (const contact of contacts) {
    const mails = mailsTo(contact.email)
    expect(mails).toHaveLength(1)
    expect(mails[0]?.recipients).toEqual([contact.email])
    expect(mails[0]?.raw.split('\r\n\r\n')[0]).not.toMatch(/^bcc:/im)
  }
  expect(server.accepted.flatMap((mail) => mail.recipients)).not.toContain('evil@example.net')
})
