import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'
import type { Database, Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { FetchedMail } from '#mail/imap-mailbox.ts'
import { createOwnMailboxes, type OwnMailboxes } from '#mail/own-mailboxes.ts'
import { mayReadPublic } from '#mail/reach-server.ts'
import { readImapUrl } from '#mail/read-imap-url.ts'
import { getConnection } from '#modules/installations/get-connection.ts'
import { addSender } from '#modules/senders/add-sender.ts'
import { changeSender } from '#modules/senders/change-sender.ts'
import { listSenders } from '#modules/senders/list-senders.ts'
import { readOwnMailboxes } from '#modules/senders/read-own-mailboxes.ts'
import { getSettings } from '#modules/settings/get-settings.ts'
import type { AddSender } from '#shared/contract/sender.ts'
import { useInbound } from '#test/backend/inbound/use-inbound.ts'
import { type ImapServer, startImapServer } from '#test/sandbox/mail/imap-server.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { email, type Sending, wait } from '#test/support/sending.ts'
import { openVault } from '#vault/open-vault.ts'
import { ANYWHERE, mailbox } from './use-senders.ts'

const { clock, start, answerOf, incoming } = useInbound()
let server: ImapServer
beforeAll(async () => {
  server = await startImapServer()
})
afterAll(() => server.stop())

const STEPS = [email('one'), wait('w', 2), email('two', '')]

/** A portal whose sender's mailbox is the test's IMAP server. */
async function open(
  given: { mayReach?: typeof mayReadPublic; login?: Partial<NonNullable<AddSender['mailbox']>> } = {},
) {
  const sending = await start({ steps: STEPS })
  const ownMailboxes: OwnMailboxes = createOwnMailboxes({
    ...sending.deps,
    sleep: systemSleep,
    mayReach: given.mayReach ?? ANYWHERE,
  })
  const { seal, open: unseal } = await openVault([{ kid: 'test', key: Buffer.alloc(32, 7) }])
  const deps: Deps = { ...sending.deps, ownMailboxes, vault: { ...sending.deps.vault, seal, open: unseal } }
  const portal = person(sending.portalId)
  const { host, port, user, pass } = readImapUrl(server.url)
  const login = { host, port, tls: 'starttls', user, password: pass, ...given.login } as const
  const { senders } = await addSender(deps, portal, mailbox({ mailbox: login }))
  const row = async () => (await listSenders(deps, portal)).senders.find(({ isAccount }) => !isAccount)
  const look = () => readOwnMailboxes(deps, sending.portalId - 1, new Set())
  return { sending, deps, portal, login, id: senders[1]?.id ?? '', row, look }
}

async function mailed(sending: Sending) {
  const contact = await sending.enroll()
  await sending.drain()
  return contact
}

test('an answer in a sender’s own mailbox stops the sequence; what was there before is never read', async () => {
  const { sending, look, row, login } = await open()
  const [early, late] = [await mailed(sending), await mailed(sending)]
  server.deliver((await answerOf(early, 'reply')).raw)
  await look()
  server.deliver('From: friend@b.example\r\nSubject: Lunch?\r\n\r\nAt noon?\r\n')
  server.deliver((await answerOf(late, 'reply')).raw)
  expect((await look())?.handled ?? 0).toBe(0)
  clock.passes({ minutes: 1 })
  await look()
  expect(await sending.enrollment(late.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'replied' })
  expect(await sending.enrollment(early.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await incoming(sending)).toMatchObject([{ kind: 'human_reply', effect: 'replied', source: 'imap' }])
  expect(server.flags().every((flags) => flags.length === 0)).toBe(true)
  expect(await row()).toMatchObject({ mailbox: { user: login.user, hasPassword: true }, mailboxProblem: null })
})

test('what is about another account’s mail changes nothing there', async () => {
  const mine = await open()
  await mine.look()
  const other = await start({ steps: STEPS })
  const contact = await mailed(other)
  server.deliver((await answerOf(contact, 'reply')).raw)
  clock.passes({ minutes: 1 })
  await mine.look()
  expect(await other.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
})

test('a mailbox that refuses the login says so, is asked less and less often, and is read again when it is set right', async () => {
  const { sending, deps, portal, login, id, look, row } = await open({ login: { password: 'wrong' } })
  await look()
  expect((await row())?.mailboxProblem).toMatch(/cannot be read/)
  const contact = await mailed(sending)
  const { address: _, ...same } = mailbox({ mailbox: login })
  const { pass: password } = readImapUrl(server.url)
  await changeSender(deps, portal, id, { ...same, mailbox: { ...login, password } })
  await look()
  expect((await row())?.mailboxProblem).toBeNull()
  server.deliver((await answerOf(contact, 'reply')).raw)
  clock.passes({ minutes: 1 })
  await look()
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped' })
})

test('a mailbox that is taken away is looked into no more', async () => {
  const { sending, deps, portal, id, look } = await open()
  await look()
  const { address: _, ...none } = mailbox({ idempotencyKey: newKey() })
  await changeSender(deps, portal, id, none)
  clock.passes({ minutes: 1 })
  await look()
  const lanes = await sending.query(
    `select key from lanes where portal_id = ${sending.portalId} and kind = 'mailboxes'`,
  )
  expect(lanes).toEqual([])
})

test('a mail that fails once after outages is tried again, and its answer counts', async () => {
  const { sending, deps, look } = await open()
  await look()
  const contact = await mailed(sending)
  server.deliver((await answerOf(contact, 'reply')).raw)
  const passes = (given: Partial<Deps>) => {
    clock.passes({ hours: 1 })
    return readOwnMailboxes({ ...deps, ...given }, sending.portalId - 1, new Set())
  }
  const away: OwnMailboxes = {
    ...deps.ownMailboxes,
    open: async () => {
      throw new AppError('mail_unavailable', 'Nobody is there.')
    },
  }
  for (let outage = 0; outage < 5; outage++) await passes({ ownMailboxes: away })
  let called = 0
  // The first is the lease's.
  const ids = () => {
    if (++called === 2) throw new Error('a bug')
    return deps.ids()
  }
  await passes({ ids })
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
  await passes({})
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'replied' })
})

/** A mail that we fail at ourselves. */
function unusable({ receivedAt }: FetchedMail): FetchedMail {
  return {
    receivedAt,
    get raw(): Uint8Array {
      throw new Error('a bug')
    },
  }
}

test('only the mail that failed five times is passed over; one behind it begins its own count', async () => {
  const { sending, deps, portal, look, row } = await open()
  await look()
  const contacts = [await mailed(sending), await mailed(sending)]
  for (const contact of contacts) server.deliver((await answerOf(contact, 'reply')).raw)
  const pass = (faults: number) => {
    let left = faults
    const failing: OwnMailboxes = {
      ...deps.ownMailboxes,
      open: async (login) => {
        const inbox = await deps.ownMailboxes.open(login)
        const read = async (uid: number) => {
          const mail = await inbox.read(uid)
          return mail && left-- > 0 ? unusable(mail) : mail
        }
        return { ...inbox, read }
      },
    }
    clock.passes({ minutes: 1 })
    return readOwnMailboxes({ ...deps, ownMailboxes: failing }, sending.portalId - 1, new Set())
  }
  for (const faults of [1, 1, 1, 1, 2, 0]) await pass(faults)
  const ended = await Promise.all(contacts.map(({ enrollmentId }) => sending.enrollment(enrollmentId)))
  expect(ended.map((enrollment) => enrollment?.status)).toEqual(['active', 'stopped'])
  expect((await row())?.mailboxPassedOver).toMatchObject({ count: 1, why: 'Stagecue could not handle it' })
  const sentence =
    'A mail in the mailbox of ada@acme.example was passed over: it could not be read or not be handled. Look there whether it is an answer; the Mail tab says when and why.'
  const { health } = await getSettings(deps, portal, getConnection)
  expect(health?.findings.map(({ message }) => message)).toContain(sentence)
})

test('a mailbox that is entered while its lane is being given up is read', async () => {
  const { sending, deps, portal, id, login, row } = await open()
  const { address: _, ...none } = mailbox({ idempotencyKey: newKey() })
  await changeSender(deps, portal, id, none)
  const enter = () => changeSender(deps, portal, id, { ...none, revision: 1, idempotencyKey: newKey(), mailbox: login })
  // Between the look at the row, which has no mailbox, and the end of the turn.
  const db = before(deps.db, 4, enter)
  await readOwnMailboxes({ ...deps, db }, sending.portalId - 1, new Set())
  expect((await row())?.mailbox).toMatchObject({ user: login.user })
  const lanes = await sending.query(
    `select key from lanes where portal_id = ${sending.portalId} and kind = 'mailboxes'`,
  )
  expect(lanes).toHaveLength(1)
})

test('a look that fails says nothing of a login that was set right meanwhile, and does not make it wait', async () => {
  const { sending, deps, portal, id, login, look, row } = await open({ login: { password: 'wrong' } })
  for (const minutes of [0, 1, 2]) {
    clock.passes({ minutes })
    await look()
  }
  const contact = await mailed(sending)
  const { address: _, ...same } = mailbox({ mailbox: { ...login, password: readImapUrl(server.url).pass } })
  const slow: OwnMailboxes = {
    ...deps.ownMailboxes,
    open: async (old) => {
      await changeSender(deps, portal, id, { ...same, idempotencyKey: newKey() })
      return deps.ownMailboxes.open(old)
    },
  }
  clock.passes({ minutes: 4 })
  await readOwnMailboxes({ ...deps, ownMailboxes: slow }, sending.portalId - 1, new Set())
  expect((await row())?.mailboxProblem).toBeNull()
  await look()
  server.deliver((await answerOf(contact, 'reply')).raw)
  clock.passes({ minutes: 1 })
  await look()
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped' })
})

/** A database that does something else first before its n-th transaction. */
function before(db: Database, nth: number, first: () => Promise<unknown>): Database {
  let begun = 0
  return new Proxy(db, {
    get(target, name) {
      const value = Reflect.get(target, name, target)
      if (name !== 'transaction') return typeof value === 'function' ? value.bind(target) : value
      return () => ({
        execute: async (work: (trx: Trx) => Promise<unknown>) => {
          if (++begun === nth) await first()
          return target.transaction().execute(work)
        },
      })
    },
  })
}

test('in production no mailbox leads into our own network', async () => {
  await expect(open({ mayReach: mayReadPublic })).rejects.toThrow('This mail server cannot be used.')
  const named = { ...mayReadPublic, ports: 'any' } as const
  const inside = createOwnMailboxes({
    dns: { addresses: async () => ({ kind: 'found', records: ['127.0.0.1'] }) } as never,
    mayReach: named,
    sleep: systemSleep,
  })
  const login = { host: 'imap.evil.com', port: 993, tls: 'tls', user: 'a', pass: 'b' } as const
  await expect(inside.open(login)).rejects.toMatchObject({ code: 'mail_unavailable' })
})
