import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import type { Deps } from '#deps'
import { createOwnMailboxes } from '#mail/own-mailboxes.ts'
import { readImapUrl } from '#mail/read-imap-url.ts'
import { getConnection } from '#modules/installations/get-connection.ts'
import { addSender } from '#modules/senders/add-sender.ts'
import { listSenders } from '#modules/senders/list-senders.ts'
import { readOwnMailboxes } from '#modules/senders/read-own-mailboxes.ts'
import { getSettings } from '#modules/settings/get-settings.ts'
import { useInbound } from '#test/backend/inbound/use-inbound.ts'
import { type ImapServer, startImapServer } from '#test/sandbox/mail/imap-server.ts'
import { person } from '#test/support/configured-portal.ts'
import { type EnrolledContact, email, type Sending, wait } from '#test/support/sending.ts'
import { openVault } from '#vault/open-vault.ts'
import { ANYWHERE, mailbox } from './use-senders.ts'

const { clock, start, answerOf, incoming } = useInbound()
let server: ImapServer
beforeAll(async () => {
  server = await startImapServer()
})
afterAll(() => server.stop())

/** A portal whose sender's mailbox is the test's IMAP server and was looked into once, after what came before. */
async function open(before?: (sending: Sending) => Promise<unknown>) {
  const sending = await start({ steps: [email('one'), wait('w', 2), email('two', '')] })
  await before?.(sending)
  const ownMailboxes = createOwnMailboxes({ ...sending.deps, sleep: systemSleep, mayReach: ANYWHERE })
  const { seal, open: unseal } = await openVault([{ kid: 'test', key: Buffer.alloc(32, 7) }])
  const deps: Deps = { ...sending.deps, ownMailboxes, vault: { ...sending.deps.vault, seal, open: unseal } }
  const portal = person(sending.portalId)
  const { host, port, user, pass } = readImapUrl(server.url)
  await addSender(deps, portal, mailbox({ mailbox: { host, port, tls: 'starttls', user, password: pass } }))
  const looks = async (minutes = 1) => {
    clock.passes({ minutes })
    await readOwnMailboxes(deps, sending.portalId - 1, new Set())
  }
  await looks()
  return {
    sending,
    deps,
    looks,
    row: async () => (await listSenders(deps, portal)).senders.find(({ isAccount }) => !isAccount),
    health: async () => (await getSettings(deps, portal, getConnection)).health?.findings ?? [],
    async mailed(): Promise<EnrolledContact> {
      const contact = await sending.enroll()
      await sending.drain()
      return contact
    },
    answers: async (contact: EnrolledContact) => server.deliver((await answerOf(contact, 'reply')).raw, clock.read()),
    states: async (...contacts: EnrolledContact[]) =>
      Promise.all(contacts.map(async ({ enrollmentId }) => (await sending.enrollment(enrollmentId)).status)),
  }
}

test('numbered anew, a mailbox is read on from the last look: what came meanwhile counts, and what was read acts once', async () => {
  const { sending, looks, mailed, answers, states } = await open()
  const [seen, between] = [await mailed(), await mailed()]
  await answers(seen)
  await looks()
  clock.passes({ hours: 30 })
  await looks()
  await answers(between)
  server.renumber()
  await looks()
  expect(await states(seen, between)).toEqual(['stopped', 'stopped'])
  const after = await mailed()
  await answers(after)
  await looks()
  expect(await states(after)).toEqual(['stopped'])
  expect((await sending.activities()).filter((kind) => kind === 'contact.replied')).toHaveLength(3)
})

test('what was there before the first look is not read, also when the mailbox is numbered anew right after it', async () => {
  const ancient: EnrolledContact[] = []
  const { looks, mailed, answers, states } = await open(async (sending) => {
    const contact = await sending.enroll()
    await sending.drain()
    ancient.push(contact)
    server.deliver((await answerOf(contact, 'reply')).raw, clock.read())
    clock.passes({ minutes: 10 })
  })
  const contact = await mailed()
  clock.passes({ minutes: 5 })
  await answers(contact)
  server.renumber()
  await looks()
  expect(await states(contact, ...ancient)).toEqual(['stopped', 'active'])
})

test('what waited in a mailbox that could not be read for days is read although it is numbered anew then', async () => {
  const { looks, mailed, answers, states } = await open()
  const contact = await mailed()
  clock.passes({ hours: 3 })
  await looks()
  await answers(contact)
  // Another process has the mailbox for the whole time: nobody of ours looks.
  clock.passes({ hours: 40 })
  server.renumber()
  await looks()
  expect(await states(contact)).toEqual(['stopped'])
})

test.each(['refused', 'cut'] as const)(
  'a mail whose FETCH is %s holds the others up for minutes, then it is passed over and said so',
  async (how) => {
    const { sending, looks, mailed, answers, states, row, health } = await open()
    const contact = await mailed()
    server.deliver(`Subject: poison ${how} ${sending.portalId}\r\nFrom: a@b.example\r\n\r\nBoo.\r\n`, clock.read())
    server.spoil(`poison ${how} ${sending.portalId}`, how)
    await answers(contact)
    for (let look = 0; look < 5; look++) {
      await looks()
      expect((await row())?.mailboxProblem).toMatch(/cannot be read: /)
    }
    expect(await states(contact)).toEqual(['active'])
    await looks()
    expect(await states(contact)).toEqual(['stopped'])
    expect(await row()).toMatchObject({
      mailboxProblem: null,
      mailboxPassedOver: { count: 1, at: clock.read().toString(), why: expect.stringMatching(/cannot be read: /) },
    })
    expect(await sending.activities()).toContain('mailbox.passed_over')
    const sentence =
      'A mail in the mailbox of ada@acme.example was passed over: it could not be read or not be handled. Look there whether it is an answer; the Mail tab says when and why.'
    expect((await health()).map((finding) => finding.message)).toContain(sentence)
    clock.passes({ hours: 31 * 24 })
    expect((await row())?.mailboxPassedOver).toBeNull()
    expect(await incoming(sending)).toHaveLength(1)
  },
)

test('while nothing at all can be fetched, nothing is passed over, and all is read when the server works again', async () => {
  const { looks, mailed, answers, states, row } = await open()
  const contacts = [await mailed(), await mailed()]
  for (const contact of contacts) await answers(contact)
  const heal = server.spoil()
  for (let look = 0; look < 12; look++) await looks(120)
  expect((await row())?.mailboxProblem).toMatch(/cannot be read/)
  expect((await row())?.mailboxPassedOver).toBeNull()
  heal()
  await looks(120)
  expect(await states(...contacts)).toEqual(['stopped', 'stopped'])
  expect((await row())?.mailboxProblem).toBeNull()
})

test('two mails in a row that their server does not give out are passed over, and the answer behind them counts', async () => {
  const { sending, looks, mailed, answers, states, row } = await open()
  const contact = await mailed()
  for (const name of ['first', 'second']) {
    const subject = `${name} of ${sending.portalId}`
    server.deliver(`Subject: ${subject}\r\nFrom: a@b.example\r\n\r\nBoo.\r\n`, clock.read())
    server.spoil(subject, 'refused')
  }
  await answers(contact)
  for (let look = 0; look < 12; look++) await looks()
  expect(await states(contact)).toEqual(['stopped'])
  expect(await row()).toMatchObject({ mailboxProblem: null, mailboxPassedOver: { count: 2 } })
})

test('a last mail that its server does not give out is a problem, and the answer that comes behind it counts within a minute', async () => {
  const { sending, looks, mailed, answers, states, row, health } = await open()
  const contact = await mailed()
  server.deliver(`Subject: last of ${sending.portalId}\r\nFrom: a@b.example\r\n\r\nBoo.\r\n`, clock.read())
  server.spoil(`last of ${sending.portalId}`, 'refused')
  for (let look = 0; look < 16; look++) {
    await looks()
    expect((await row())?.mailboxProblem).toMatch(/cannot be read: /)
  }
  const sentence =
    'The mailbox of ada@acme.example, or a mail in it, could not be read, so an answer there may stop no sequence. The Mail tab has the server’s words.'
  expect((await health()).map((finding) => finding.message)).toContain(sentence)
  await answers(contact)
  await looks()
  expect(await states(contact)).toEqual(['stopped'])
  expect(await row()).toMatchObject({ mailboxProblem: null, mailboxPassedOver: { count: 1 } })
})
