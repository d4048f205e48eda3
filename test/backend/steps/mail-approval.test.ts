import { expect, test } from 'vitest'
import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import { eraseContact } from '#modules/contacts/erase-contact.ts'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import { listLateMails } from '#modules/late-mails/list-late-mails.ts'
import { declareRestore } from '#modules/restores/declare-restore.ts'
import { approveMail } from '#modules/steps/approve-mail.ts'
import { readMailToApprove } from '#modules/steps/read-mail-to-approve.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { newPortal } from '#test/support/deps.ts'
import { email, type Sending, wait } from '#test/support/sending.ts'
import { set, useSending } from './use-sending.ts'

const { db, clock, start, server, mailsTo } = useSending()

const asked = (id = 'one', subject = 'Hello {{ contact.firstname }}', body = 'Hi {{ contact.firstname }}'): Step => ({
  id,
  kind: 'email',
  subject,
  body,
  approval: 'before_send',
})

const rep = (sending: Sending, email = 'rep@example.com'): PortalContext => person(sending.portalId, email)

/** An enrollment whose first mail waits to be read. */
async function waiting(steps: Step[] = [asked()], calendar?: ScheduleCalendar) {
  const sending = await start({ steps, ...(calendar ? { calendar } : {}) })
  const contact = await sending.enroll()
  await sending.drain()
  const [run] = await sending.runs(contact.enrollmentId)
  const id = run?.id ?? ''
  const read = () => readMailToApprove(sending.deps, rep(sending), id)
  const approve = async (edit?: { subject: string; body: string }, portal = rep(sending)) => {
    const seen = edit ? '' : (await read()).seen
    return approveMail(sending.deps, portal, id, { seen, ...(edit ? { edit } : {}), idempotencyKey: newKey() })
  }
  return { sending, contact, run, id, read, approve }
}

test('a mail to approve waits when its moment has come, before HubSpot is asked', async () => {
  const { sending, contact, run, read } = await waiting()
  expect(run).toMatchObject({ status: 'held', why: expect.stringContaining('must approve') })
  expect(sending.hubspot.asked).toBe(0)
  expect(mailsTo(contact.email)).toEqual([])
  expect(await read()).toMatchObject({ subject: 'Hello Ada', text: 'Hi Ada', problem: null })
  const card = await getDealCard(sending.deps, rep(sending), contact.dealId, async () => true)
  expect(card.contacts[0]?.enrollments[0]?.attention).toMatchObject({ kind: 'approval', stepRunId: run?.id })
  // It waits on purpose: nobody is asked about it as a late mail.
  expect(await listLateMails(sending.deps, rep(sending))).toMatchObject({ count: 0 })
})

test('approved as it reads it goes out after HubSpot was asked, and the next step is planned', async () => {
  const { sending, contact, approve } = await waiting([asked(), wait('w', 1), email('two', '')])
  await approve()
  await sending.drain()
  expect(sending.hubspot.asked).toBe(1)
  expect(mailsTo(contact.email).map(({ raw }) => raw)).toEqual([expect.stringContaining('Subject: Hello Ada')])
  expect((await sending.runs()).map(({ status }) => status)).toEqual(['sent', 'scheduled'])
  expect(await sending.activities()).toEqual(expect.arrayContaining(['step.held', 'mail.approved', 'step.sent']))
})

test('what a person wrote instead is what arrives, for this contact only', async () => {
  const { sending, contact, approve } = await waiting([asked()])
  const other = await sending.enroll()
  await sending.drain()
  await approve({ subject: 'About {{ deal.name }}', body: 'Dear {{ contact.firstname }}, shall we talk on Monday?' })
  const [theirs] = await sending.runs(other.enrollmentId)
  const { seen } = await readMailToApprove(sending.deps, rep(sending), theirs?.id ?? '')
  await approveMail(sending.deps, rep(sending), theirs?.id ?? '', { seen, idempotencyKey: newKey() })
  await sending.drain()
  expect(mailsTo(contact.email)[0]?.raw).toContain('Subject: About Engines')
  expect(mailsTo(contact.email)[0]?.raw).toContain('Dear Ada, shall we talk on Monday?')
  expect(mailsTo(other.email)[0]?.raw).toContain('Subject: Hello Ada')
  expect(mailsTo(other.email)[0]?.raw).not.toContain('Monday')
})

test('two people who approve at once send one mail; the second is told', async () => {
  const { sending, contact, approve } = await waiting()
  const results = await Promise.allSettled([
    approve({ subject: 'One', body: 'First' }),
    approve({ subject: 'Two', body: 'Second' }, rep(sending, 'other@example.com')),
  ])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(results.find((result) => result.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('one call that HubSpot’s proxy repeats approves once', async () => {
  const { sending, contact, id, read } = await waiting()
  const input = { seen: (await read()).seen, idempotencyKey: newKey() }
  await approveMail(sending.deps, rep(sending), id, input)
  await approveMail(sending.deps, rep(sending), id, input)
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  expect((await sending.activities()).filter((kind) => kind === 'mail.approved')).toHaveLength(1)
})

test('an unfilled value, an unknown field and an empty text are refused with a sentence, and it goes on waiting', async () => {
  const { sending, approve, run } = await waiting()
  await expect(approve({ subject: 'Hi', body: 'Call {{ contact.phone }}' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('No value for contact.phone'),
  })
  await expect(approve({ subject: 'Hi', body: '{{ contact.shoesize }}' })).rejects.toMatchObject({
    code: 'template_invalid',
    field: 'body',
  })
  await expect(approve({ subject: 'Hi', body: ' ' })).rejects.toMatchObject({ code: 'template_invalid' })
  expect((await sending.runs(run?.enrollmentId))[0]?.status).toBe('held')
})

test('a mail that reads otherwise than it did when it was opened is not approved unread', async () => {
  const { sending, id, read } = await waiting()
  const { seen } = await read()
  await set(sending, 'contacts', "first_name = 'Grace'")
  await expect(approveMail(sending.deps, rep(sending), id, { seen, idempotencyKey: newKey() })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('has changed'),
  })
})

test('a value that changes after the approval brings the mail back to be read again', async () => {
  const { sending, contact, approve, read } = await waiting()
  await approve({ subject: 'Hi', body: 'Dear {{ contact.firstname }}' })
  await set(sending, 'contacts', "first_name = 'Grace'")
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect((await sending.runs())[0]).toMatchObject({ status: 'held', why: expect.stringContaining('Read it again') })
  // With their words, not the sequence's.
  expect(await read()).toMatchObject({ subject: 'Hi', text: 'Dear Grace' })
  await approve()
  await sending.drain()
  expect(mailsTo(contact.email)[0]?.raw).toContain('Dear Grace')
})

test('approved days later it goes in its window, and is not late', async () => {
  const windows = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '09:00', until: '17:00' }))
  const { sending, contact, approve, run } = await waiting([asked()], {
    ...ANY_TIME,
    timeZone: 'Europe/Berlin',
    windows,
  })
  expect(run?.status).toBe('held')
  clock.passes({ hours: 24 * 3 + 10 })
  await approve()
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  const [planned] = await sending.runs()
  expect(planned?.status).toBe('scheduled')
  clock.passes({ hours: 14 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a deal that moved on before the approval is used stops the mail', async () => {
  const { sending, contact, approve } = await waiting()
  await approve()
  sending.deals.set(contact.dealId, { pipelineId: 'default', stageId: 'lost', deleted: false })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'stage_left' })
})

test('Skip goes on without it; Retry says that it wants to be read', async () => {
  const { sending, contact, id } = await waiting([asked(), email('two', 'Second')])
  await expect(resolveStep(sending.deps, rep(sending), { stepRunId: id, action: 'retry' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('Approve it'),
  })
  await resolveStep(sending.deps, rep(sending), { stepRunId: id, action: 'skip' })
  await sending.drain()
  expect(mailsTo(contact.email).map(({ raw }) => raw)).toEqual([expect.stringContaining('Subject: Second')])
})

test('a mail sent once more says what was approved, and needs no second approval', async () => {
  const { sending, contact, id, approve } = await waiting()
  server.fault('dot', { kind: 'close' })
  await approve({ subject: 'Own words', body: 'Only for you' })
  await sending.drain()
  expect((await sending.runs())[0]?.status).toBe('unconfirmed')
  await resolveStep(sending.deps, rep(sending), { stepRunId: id, action: 'resend' })
  await sending.drain()
  expect(mailsTo(contact.email).at(-1)?.raw).toContain('Only for you')
  expect((await sending.runs()).map(({ status }) => status)).toEqual(['unconfirmed', 'sent'])
})

test('another portal’s mail is neither shown nor approved', async () => {
  const { sending, id } = await waiting()
  const stranger = person(await newPortal(db, clock))
  await expect(readMailToApprove(sending.deps, stranger, id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(
    approveMail(sending.deps, stranger, id, { seen: '', edit: { subject: 'x', body: 'y' }, idempotencyKey: newKey() }),
  ).rejects.toMatchObject({ code: 'not_found' })
})

test('a person’s words are erased with the contact', async () => {
  const { sending, approve } = await waiting()
  await approve({ subject: 'Dear Ada', body: 'About your illness' })
  const [contact] = await sending.query<{ contactId: string }>(
    `select contact_id from contacts where portal_id = ${sending.portalId}`,
  )
  await inPortal(db, sending.portalId, (trx) =>
    eraseContact(sending.deps, trx, sending.portal, contact?.contactId ?? ''),
  )
  const rows = await sending.query<{ subject: string | null; body: string | null }>(
    `select subject, body from mail_approvals where portal_id = ${sending.portalId}`,
  )
  expect(rows).toEqual([{ subject: null, body: null }])
})

// The last: a restore concerns every portal of the database.
test('a restored backup is told before the approval is asked for', async () => {
  const sending = await start({ steps: [asked()] })
  await sending.enroll()
  clock.passes({ minutes: 1 })
  await declareRestore(sending.deps)
  clock.passes({ minutes: 1 })
  await sending.drain()
  const [run] = await sending.runs()
  expect(run?.why).toContain('restored from a backup')
  await resolveStep(sending.deps, rep(sending), { stepRunId: run?.id ?? '', action: 'retry' })
  await sending.drain()
  expect((await sending.runs())[0]?.why).toContain('must approve')
})
