import fastify from 'fastify'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import { answerErrors } from '#http/error-handler.ts'
import type { Mailer } from '#mail/mailer.ts'
import { receiveMail } from '#modules/inbound/receive-mail.ts'
import { createSequence } from '#modules/sequences/create-sequence.ts'
import { unsubscribeRoutes } from '#modules/suppressions/routes.ts'
import { suppressAddress } from '#modules/suppressions/suppress-address.ts'
import { PER_HOUR } from '#modules/test-mails/admit-test-mail.ts'
import { sendTestMail } from '#modules/test-mails/send-test-mail.ts'
import { GOLDEN_KEY } from '#test/backend/mail/golden/golden-mails.ts'
import { readMail } from '#test/backend/mail/read-threads.ts'
import { verifyDkim } from '#test/backend/mail/verify-dkim.ts'
import { useSending } from '#test/backend/steps/use-sending.ts'
import { newKey, person, tools } from '#test/support/configured-portal.ts'
import { makeDeps, newPortal } from '#test/support/deps.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { email, wait } from '#test/support/sending.ts'

const sending = useSending({ timeoutMs: 500 })
const { db, clock, server } = sending

function deps(given: { mailer?: Mailer } = {}) {
  const made = makeDeps({ db, clock, vault: linkVault, mailer: sending.mailer, ...given })
  return { ...made, settings: { ...made.settings, dkimKeys: [GOLDEN_KEY] } }
}

let portal: PortalContext
let sequenceId: string
beforeEach(async () => {
  portal = person(await newPortal(db, clock), 'Admin+Test@Example.com')
  const steps = [email('one', 'Your proposal, {{ contact.firstname }}'), wait('w', 2), email('two', '')]
  const definition = { stopWhenStageLeft: true, steps }
  const input = { name: 'Follow-up', definition, idempotencyKey: newKey() }
  sequenceId = (await createSequence(deps(), portal, input, tools)).id
})

const send = (given: { key?: string; stepId?: string; who?: PortalContext; mailer?: Mailer } = {}) =>
  sendTestMail(
    deps(given.mailer ? { mailer: given.mailer } : {}),
    given.who ?? portal,
    sequenceId,
    { stepId: given.stepId ?? 'one', idempotencyKey: given.key ?? newKey() },
    {},
  )
const mine = () => server.accepted.filter(({ raw }) => raw.includes(`sales-${portal.portalId}@`))
const count = async (table: 'deliveries' | 'stepRuns' | 'enrollments' | 'testMails') =>
  (
    await inPortal(db, portal.portalId, (trx) =>
      trx.selectFrom(table).where('portalId', '=', portal.portalId).select('id').execute(),
    )
  ).length
const unsubscribeLink = (raw: string) => /List-Unsubscribe: <([^>]+)>/.exec(raw)?.[1] ?? ''

test('the mail goes over SMTP to the signed address alone, with all headers of a real one', async () => {
  expect(await send()).toMatchObject({
    outcome: 'accepted',
    sentence: 'The mail server took the test mail to admin+test@example.com.',
  })
  const [mail, ...more] = mine()
  expect(more).toEqual([])
  expect(mail?.recipients).toEqual(['admin+test@example.com'])
  const raw = (mail?.raw ?? '').replace(/\r\n[ \t]+/g, ' ')
  const { portalId } = portal
  expect(await readMail(raw)).toMatchObject({ subject: '[Test] Your proposal, Ada', references: [] })
  expect(raw).toContain(`From: "portal-${portalId}.example" <sales-${portalId}@mail.example.com>`)
  expect(raw).toContain('Reply-To: admin@example.com')
  expect(raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  expect(raw).toContain(`List-ID: "Follow-up" <${sequenceId}.${portalId}.mail.example.com>`)
  expect(raw).toContain(`Feedback-ID: ${sequenceId}:${portalId}:stagecue`)
  expect(mail?.from).toMatch(/^bounces\+[a-z2-7]{52}@mail\.example\.com$/)
})

test('another library verifies its signature, over the unsubscribe headers too', async () => {
  await send()
  const verified = await verifyDkim(Buffer.from(mine()[0]?.raw ?? '', 'latin1'), GOLDEN_KEY, clock.read())
  expect(verified).toMatchObject({ result: 'pass', aligned: true, algorithm: 'rsa-sha256' })
  expect(verified.hashed).toEqual(
    expect.arrayContaining(['from', 'subject', 'reply-to', 'list-unsubscribe', 'list-unsubscribe-post', 'list-id']),
  )
})

test('a step that continues a conversation has its subject', async () => {
  await send({ stepId: 'two' })
  expect(await readMail(mine()[0]?.raw ?? '')).toMatchObject({ subject: '[Test] Your proposal, Ada' })
})

test('it is no mail of an enrollment: no delivery, no step, and nothing that numbers count', async () => {
  await send()
  expect(await Promise.all([count('deliveries'), count('stepRuns'), count('enrollments')])).toEqual([0, 0, 0])
  const kinds = await inPortal(db, portal.portalId, (trx) =>
    trx
      .selectFrom('activities')
      .where('portalId', '=', portal.portalId)
      .select(['kind', 'dealId', 'contactId', 'enrollmentId'])
      .execute(),
  )
  expect(kinds).toContainEqual({ kind: 'test_mail.asked', dealId: null, contactId: null, enrollmentId: null })
})

test('its link works and unsubscribes nobody, by click, by one click and by mail', async () => {
  await send()
  const raw = mine()[0]?.raw ?? ''
  const app = fastify()
  afterAll(() => app.close())
  answerErrors(app, deps())
  await app.register(unsubscribeRoutes, { deps: deps() })
  const url = new URL(unsubscribeLink(raw)).pathname
  for (const method of ['GET', 'POST'] as const) {
    const page = await app.inject({ method, url })
    expect([page.statusCode, page.body]).toEqual([200, expect.stringContaining('it unsubscribes nobody')])
  }
  const address = /<mailto:(unsubscribe\+[^?>]+)/.exec(raw)?.[1] ?? ''
  const request = `From: admin@example.com\r\nTo: ${address}\r\nSubject: unsubscribe\r\nMessage-ID: <a@b.example>\r\n\r\n`
  const incoming = { raw: Buffer.from(request), receivedAt: clock.read(), source: 'imap' } as const
  expect(await receiveMail(deps(), { ...incoming, envelopeRecipient: address })).toBe('unrelated')
  const suppressed = await inPortal(db, portal.portalId, (trx) =>
    trx.selectFrom('suppressions').where('portalId', '=', portal.portalId).select('addressHash').execute(),
  )
  expect(suppressed).toEqual([])
})

test('an answer to it, and its bounce, lead nowhere', async () => {
  await send()
  const [mail] = mine()
  const headers = ['From: admin@example.com', 'To: sales@example.com', `In-Reply-To: ${mail?.messageId}`]
  const reply = `${[...headers, 'Subject: Re: [Test] Your proposal', 'Message-ID: <c@d.example>'].join('\r\n')}\r\n\r\nFine.\r\n`
  const incoming = { receivedAt: clock.read(), source: 'imap' } as const
  expect(await receiveMail(deps(), { ...incoming, raw: Buffer.from(reply) })).toBe('unrelated')
  const bounce = reply.replace('admin@example.com', 'MAILER-DAEMON@example.com')
  const toBounce = { ...incoming, raw: Buffer.from(bounce), envelopeRecipient: mail?.from ?? '', envelopeSender: '' }
  expect(await receiveMail(deps(), toBounce)).toBe('unrelated')
})

test('the same call again, and ten at once, send one mail and are told the same', async () => {
  const key = newKey()
  const answers = await Promise.all(Array.from({ length: 10 }, () => send({ key })))
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
  expect(answers.map(({ outcome }) => outcome)).toContain('accepted')
  expect(await send({ key })).toMatchObject({ outcome: 'accepted' })
  expect(mine()).toHaveLength(1)
})

test('a call under somebody else’s key, or with other values, is refused', async () => {
  const key = newKey()
  await send({ key })
  const other = person(portal.portalId, 'other@example.com', '8')
  await expect(send({ key, who: other })).rejects.toMatchObject({ code: 'conflict' })
  await expect(send({ key, stepId: 'two' })).rejects.toMatchObject({ code: 'conflict' })
  expect(mine()).toHaveLength(1)
})

test(`${PER_HOUR} within an hour, also when all are asked for at once; then one each time an hour has passed`, async () => {
  const all = await Promise.allSettled(Array.from({ length: PER_HOUR + 3 }, () => send()))
  const refused = all.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
  expect(refused).toHaveLength(3)
  expect(refused[0]).toMatchObject({ code: 'conflict' })
  expect(String(refused[0])).toContain('The next may go at 2026-')
  expect(mine()).toHaveLength(PER_HOUR)
  // Another person of the same account has an hour of their own.
  await send({ who: person(portal.portalId, 'other@example.com', '8') })
  clock.passes({ minutes: 59 })
  await expect(send()).rejects.toMatchObject({ code: 'conflict' })
  clock.passes({ minutes: 2 })
  await send()
  clock.passes({ hours: 48 })
  await send()
  expect(await count('testMails')).toBe(1)
})

test('a connection that breaks behind the content leaves it unconfirmed, and it is never sent again', async () => {
  const key = newKey()
  server.fault('dot', { kind: 'reset' })
  expect(await send({ key })).toMatchObject({
    outcome: 'unconfirmed',
    sentence: expect.stringContaining('Nobody can tell'),
  })
  expect(await send({ key })).toMatchObject({ outcome: 'unconfirmed' })
  expect(server.bodiesBegun).toBeGreaterThan(0)
  expect(mine().length).toBeLessThanOrEqual(1)
})

test('a server that says no for now took nothing, and the same call may try again', async () => {
  const key = newKey()
  server.fault('mail', { kind: 'reply', text: '451 4.3.2 try again later' })
  await expect(send({ key })).rejects.toMatchObject({ code: 'mail_unavailable' })
  expect(mine()).toEqual([])
  expect(await send({ key })).toMatchObject({ outcome: 'accepted' })
  expect(mine()).toHaveLength(1)
})

test('a server that refuses the address is quoted', async () => {
  const key = newKey()
  server.fault('rcpt', { kind: 'reply', text: '550 5.1.1 no such user' })
  await expect(send({ key })).rejects.toMatchObject({
    code: 'mail_rejected',
    message: expect.stringContaining('550 5.1.1 no such user'),
  })
  await expect(send({ key })).rejects.toMatchObject({ code: 'mail_rejected' })
  expect(mine()).toEqual([])
})

test('nobody without an address, and nobody on the do-not-mail list, gets one', async () => {
  const nameless: PortalContext = { ...portal, actor: { kind: 'user', userId: '7', email: null } }
  await expect(send({ who: nameless })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(send({ who: { ...portal, actor: { kind: 'worker' } } })).rejects.toMatchObject({ code: 'forbidden' })
  await inPortal(db, portal.portalId, (trx) =>
    suppressAddress(deps(), trx, portal, { address: 'admin+test@example.com', reason: 'unsubscribed' }),
  )
  await expect(send()).rejects.toThrow(/do-not-mail list/)
  expect(mine()).toEqual([])
})

test('an account that is not connected sends none, and one without a reply address neither', async () => {
  const change = (given: { status?: 'inactive'; connectedByEmail?: null }) =>
    inPortal(db, portal.portalId, (trx) =>
      trx.updateTable('installations').set(given).where('portalId', '=', portal.portalId).execute(),
    )
  await change({ connectedByEmail: null })
  await expect(send()).rejects.toThrow(/reply address/)
  await change({ status: 'inactive' })
  await expect(send()).rejects.toThrow(/not connected/)
  expect(mine()).toEqual([])
})

test('another portal’s sequence is not found', async () => {
  const other = person(await newPortal(db, clock))
  await expect(send({ who: other })).rejects.toMatchObject({ code: 'not_found' })
})
