import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { systemIds } from '#core/ids.ts'
import { createOwnMailboxes } from '#mail/own-mailboxes.ts'
import { readImapUrl } from '#mail/read-imap-url.ts'
import { readOwnMailboxes } from '#modules/senders/read-own-mailboxes.ts'
import { testSender } from '#modules/senders/test-sender.ts'
import type { AddSender } from '#shared/contract/sender.ts'
import { composeAnswer } from '#test/sandbox/mail/answer.ts'
import { type ImapServer, startImapServer } from '#test/sandbox/mail/imap-server.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { type EnrolledContact, email, wait } from '#test/support/sending.ts'
import { ANYWHERE, type Office, useSenders } from './use-senders.ts'

const { clock, adas, opens } = useSenders()
let imap: ImapServer
beforeAll(async () => {
  imap = await startImapServer()
})
afterEach(() => {
  adas.accepted.length = 0
})
afterAll(() => imap.stop())

const ADA = 'ada@acme.example'

function imapLogin(): NonNullable<AddSender['mailbox']> {
  const { host, port, user, pass } = readImapUrl(imap.url)
  return { host, port, tls: 'starttls', user, password: pass }
}

/** Ada with a mail server of her own, whose mailbox is looked into once; owner 71's deals are hers. */
async function opensWithAda(given: Partial<AddSender> = {}) {
  const office = await opens([email('one'), wait('w', 2), email('two', '')])
  const ownMailboxes = createOwnMailboxes({ ...office.deps, sleep: systemSleep, mayReach: ANYWHERE })
  Object.assign(office.deps, { ownMailboxes })
  const ada = await office.hires('ada', { at: adas, mailbox: imapLogin(), ...given })
  await office.hasOwner('71', ADA)
  const looks = async () => {
    clock.passes({ minutes: 1 })
    await readOwnMailboxes(office.deps, office.sending.portalId - 1, new Set())
  }
  await looks()
  return { office, ada, looks }
}

async function mailed(office: Office): Promise<EnrolledContact> {
  const contact = await office.enrolls('71')
  await office.works()
  return contact
}

/** The report that the contact's mail server would send to the envelope sender of the latest mail. */
async function bounceOf(contact: EnrolledContact, status = '5.1.1') {
  const mail = adas.accepted.findLast(({ recipients }) => recipients.includes(contact.email))
  if (!mail) throw new Error('the contact got no mail')
  const received = { raw: Buffer.from(mail.raw, 'latin1'), envelopeFrom: mail.from, envelopeTo: mail.recipients }
  return composeAnswer(received, 'bounce', { id: systemIds(), at: clock.read(), status })
}

const incoming = ({ sending }: Office) =>
  sending.query<{ effect: string; evidence: string[] }>(
    `select effect, evidence from incoming_mails where portal_id = ${sending.portalId}`,
  )

test('a sender whose mailbox is read writes with its own address as the envelope sender', async () => {
  const { office, ada } = await opensWithAda()
  await mailed(office)
  expect(adas.accepted.map(({ from }) => from)).toEqual([ADA])
  expect(ada.readsBounces).toBe(true)
  await testSender(office.deps, person(office.sending.portalId), ada.id, { idempotencyKey: newKey() })
  expect(adas.accepted.map(({ from }) => from)).toEqual([ADA, ADA])
})

test.each([
  ['no mailbox', { mailbox: null }, false],
  ['the mailbox of another address', { replyTo: 'sales@acme.example' }, false],
  ['its own mailbox, though answers go elsewhere', { replyTo: 'sales@acme.example', user: 'Ada@acme.example' }, true],
])('%s: the envelope sender is where bounces are read', async (_case, { user, ...given }: Case, own) => {
  const mailbox = user === undefined ? {} : { mailbox: { ...imapLogin(), user } }
  const { office, ada } = await opensWithAda({ ...given, ...mailbox })
  await mailed(office)
  expect(ada.readsBounces).toBe(own)
  const [mail] = adas.accepted
  if (own) expect(mail?.from).toBe(ADA)
  else expect(mail?.from).toMatch(/^bounces\+[a-z2-7]{52}@mail\.example\.com$/)
})

type Case = Partial<AddSender> & { user?: string }

test('a bounce in the sender’s own mailbox ends the enrollment whose mail came back, and no other', async () => {
  const { office, looks } = await opensWithAda()
  const [lost, other] = [await mailed(office), await mailed(office)]
  const bounce = await bounceOf(lost)
  expect(bounce.to).toBe(ADA)
  imap.deliver(bounce.raw, clock.read())
  await looks()
  expect(await office.sending.enrollment(lost.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'bounced' })
  expect(await office.sending.enrollment(other.enrollmentId)).toMatchObject({ status: 'active' })
  const [mail] = await incoming(office)
  expect(mail?.effect).toBe('bounced')
  expect(mail?.evidence.at(-1)).toBe('It was found by its Message-ID.')
  const told = await office.sending.query<{ data: { reason: string } }>(
    `select data from activities where portal_id = ${office.sending.portalId} and kind = 'contact.bounced'`,
  )
  expect(told.map(({ data }) => data.reason)).toEqual(['The address does not exist (5.1.1).'])
  expect(
    await office.sending.query(`select reason from suppressions where portal_id = ${office.sending.portalId}`),
  ).toEqual([{ reason: 'bounced' }])
})

test('a bounce there that names no mail of this account changes nothing', async () => {
  const { office, looks } = await opensWithAda()
  const contact = await mailed(office)
  const { raw } = await bounceOf(contact)
  const [mail] = adas.accepted
  const id = mail?.messageId ?? ''
  const elsewhere = await opensWithAda()
  const stranger = await mailed(elsewhere.office)
  const madeUp = id.replace(/\.(.)/, (_, first) => (first === '0' ? '.1' : '.0'))
  const foreign = [madeUp, id.replace(/<\d+/, '<999999'), `<${systemIds()}@mx.b.example>`]
  for (const other of foreign) imap.deliver(raw.replaceAll(id, other), clock.read())
  imap.deliver((await bounceOf(stranger)).raw, clock.read())
  await looks()
  expect(await office.sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await elsewhere.office.sending.enrollment(stranger.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await incoming(office)).toEqual([])
})
