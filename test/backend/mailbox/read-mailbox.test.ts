import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { type Mailbox, openImapMailbox } from '#mail/imap-mailbox.ts'
import { readImapUrl } from '#mail/read-imap-url.ts'
import { type MailboxReader, makeMailboxReader } from '#modules/mailbox/read-mailbox.ts'
import { useInbound } from '#test/backend/inbound/use-inbound.ts'
import { type ImapServer, startImapServer } from '#test/sandbox/mail/imap-server.ts'
import { email, type Sending, wait } from '#test/support/sending.ts'

const { clock, start, answerOf, incoming, mailsTo } = useInbound()
let server: ImapServer
const readers: MailboxReader[] = []

beforeAll(async () => {
  server = await startImapServer()
})
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.stop()
})
afterAll(() => server.stop())

/** A reader as a process of its own would have it. */
function reader(sending: Sending, change: Partial<Mailbox> = {}, deps: Deps = sending.deps): MailboxReader {
  const made = makeMailboxReader(deps, { ...openImapMailbox(readImapUrl(server.url)), ...change })
  readers.push(made)
  return made
}

async function mailed() {
  const sending = await start({ steps: [email('one'), wait('w', 2), email('two', '')] })
  const contact = await sending.enroll()
  await sending.drain()
  return { sending, contact }
}

async function readAll(one: MailboxReader): Promise<number> {
  let read = 0
  for (let more = await one.pass(); more > 0; more = await one.pass()) read += more
  return read
}

test('mail out over SMTP, the answer in over IMAP: the sequence stops, and the mail is left as it was', async () => {
  const { sending, contact } = await mailed()
  const one = reader(sending)
  await readAll(one)
  const answer = await answerOf(contact, 'reply')
  server.deliver(`Return-Path: <${answer.from}>\r\nDelivered-To: ${answer.to}\r\n${answer.raw}`, clock.read())
  expect(await one.pass()).toBe(1)
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'replied' })
  expect(await incoming(sending)).toMatchObject([{ kind: 'human_reply', effect: 'replied', source: 'imap' }])
  expect(server.flags().at(-1)).toEqual([])
  expect(await one.pass()).toBe(0)
})

test('a new process goes on where the last one stopped, and uncorrelated mails leave nothing behind', async () => {
  const { sending, contact } = await mailed()
  const first = reader(sending)
  await readAll(first)
  await first.stop()
  server.deliver('From: a@b.example\r\nSubject: Newsletter\r\n\r\nBuy.\r\n')
  server.deliver((await answerOf(contact, 'bounce')).raw, clock.read())
  expect(await readAll(reader(sending))).toBe(2)
  expect(await incoming(sending)).toMatchObject([{ effect: 'bounced' }])
})

test('only one process reads; when it is gone another does after its lease', async () => {
  const { sending, contact } = await mailed()
  const [one, two] = [reader(sending), reader(sending)]
  await readAll(one)
  server.deliver((await answerOf(contact, 'reply')).raw)
  expect(await two.pass()).toBe(0)
  clock.passes({ minutes: 2 })
  expect(await two.pass()).toBe(1)
  expect(await one.pass()).toBe(0)
})

test('a process that lost its lease while it handled a mail does not move the position of the next one', async () => {
  const { sending, contact } = await mailed()
  const two = reader(sending)
  await readAll(two)
  await two.stop()
  server.deliver((await answerOf(contact, 'reply')).raw)
  const mailbox = openImapMailbox(readImapUrl(server.url))
  const one = reader(sending, {
    ...mailbox,
    read: async (uid) => {
      const mail = await mailbox.read(uid)
      clock.passes({ minutes: 2 })
      expect(await readAll(two)).toBe(1)
      return mail
    },
  })
  expect(await one.pass()).toBe(0)
  expect((await sending.activities()).filter((kind) => kind === 'contact.replied')).toHaveLength(1)
  mailbox.close()
})

test('numbered anew, the folder is read again and nothing acts twice', async () => {
  const { sending, contact } = await mailed()
  const one = reader(sending)
  server.deliver((await answerOf(contact, 'reply')).raw)
  const all = await readAll(one)
  await one.stop()
  server.renumber()
  expect(await readAll(reader(sending))).toBeGreaterThanOrEqual(all)
  expect((await sending.activities()).filter((kind) => kind === 'contact.replied')).toHaveLength(1)
})

test('another user’s folder on the same server is read from its first mail, also when it is numbered alike', async () => {
  const { sending } = await mailed()
  const read: number[] = []
  const folderOf = (user: string, uids: readonly number[]): Mailbox => ({
    ...openImapMailbox({ ...readImapUrl(server.url), user, folder: 'Alike', name: 'imap.example.com:993/Alike' }),
    listAfter: async ({ lastUid }) => ({ uidValidity: 1, uids: uids.filter((uid) => uid > lastUid) }),
    read: async (uid) => void read.push(uid),
  })
  for (const folder of [folderOf('one', [50]), folderOf('two', [1, 2]), folderOf('one', [50, 51])]) {
    const one = reader(sending, folder)
    await readAll(one)
    await one.stop()
  }
  expect(read).toEqual([50, 1, 2, 51])
})

test('numbered anew and empty, the folder is said to be so once', async () => {
  const { sending } = await mailed()
  const said: string[] = []
  const deps = {
    ...sending.deps,
    log: { ...sending.deps.log, warn: (_fields: object, text: string) => void said.push(text) },
  }
  const validity = { uidValidity: 7, uids: [] as number[] }
  const one = reader(
    sending,
    { key: 'other/INBOX', listAfter: async () => ({ ...validity }), read: async () => undefined },
    deps,
  )
  validity.uids = [1]
  expect(await one.pass()).toBe(1)
  Object.assign(validity, { uidValidity: 8, uids: [] })
  for (let pass = 0; pass < 3; pass++) expect(await one.pass()).toBe(0)
  expect(said).toEqual(['mailbox was numbered anew, all of it is read again'])
})

test('a lost connection is made again after a pause that grows', async () => {
  const { sending, contact } = await mailed()
  const one = reader(sending)
  await readAll(one)
  server.deliver((await answerOf(contact, 'reply')).raw)
  server.cut()
  expect(await one.pass()).toBe(0)
  expect(await one.pass()).toBe(0)
  clock.passes({ seconds: 5 })
  expect(await one.pass()).toBe(1)
})

test('while the server is away nothing fails, and it is asked less and less often', async () => {
  const { sending } = await mailed()
  let asked = 0
  const one = reader(sending, {
    listAfter: async () => {
      asked++
      throw new AppError('mail_unavailable', 'The mailbox cannot be read.')
    },
  })
  for (let second = 0; second < 600; second++) {
    expect(await one.pass()).toBe(0)
    clock.passes({ seconds: 1 })
  }
  // After 0, 5, 15, 35, 75, 155 and 315 seconds.
  expect(asked).toBe(7)
})

test('a mail that cannot be handled is passed over in the end, and those after it are read', async () => {
  const { sending, contact } = await mailed()
  const mailbox = openImapMailbox(readImapUrl(server.url))
  await readAll(reader(sending))
  await readers.pop()?.stop()
  server.deliver((await answerOf(contact, 'reply')).raw)
  server.deliver((await answerOf(contact, 'unsubscribe')).raw)
  let faults = 0
  const ids = () => {
    if (faults-- > 0) throw new Error('a bug')
    return sending.deps.ids()
  }
  const one = reader(sending, mailbox, { ...sending.deps, ids })
  faults = 5
  for (let attempt = 0; attempt < 4; attempt++) await expect(one.pass()).rejects.toThrow('a bug')
  expect(await one.pass()).toBe(2)
  expect(await incoming(sending)).toMatchObject([{ effect: 'unsubscribed' }])
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test.each(['refused', 'cut'] as const)(
  'a mail whose FETCH is %s is passed over once the mail behind it can be read',
  async (how) => {
    const { sending, contact } = await mailed()
    await readAll(reader(sending))
    await readers.pop()?.stop()
    const said: string[] = []
    const error = (_fields: object, text: string) => void said.push(text)
    const one = reader(sending, {}, { ...sending.deps, log: { ...sending.deps.log, error } })
    server.deliver(`Subject: poison ${how}\r\nFrom: a@b.example\r\n\r\nBoo.\r\n`)
    server.spoil(`poison ${how}`, how)
    for (let pass = 0; pass < 10; pass++) {
      expect(await one.pass()).toBe(0)
      clock.passes({ minutes: 5 })
    }
    expect(said).toEqual([])
    server.deliver((await answerOf(contact, 'reply')).raw)
    expect(await one.pass()).toBe(2)
    expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'replied' })
    expect(said).toEqual(['incoming mail was passed over'])
    const [position] = await sending.query<{ passedOver: number; why: string; failures: number }>(
      `select passed_over, passed_over_why as why, failures from mailbox_positions where passed_over_at = '${clock.read()}'`,
    )
    expect(position?.why).toMatch(/cannot be read: /)
    expect(position?.failures).toBe(0)
  },
)

test('two mails in a row that no server gives out are passed over, each after tries of its own', async () => {
  const { sending, contact } = await mailed()
  await readAll(reader(sending))
  await readers.pop()?.stop()
  const one = reader(sending)
  for (const name of ['first', 'second']) {
    server.deliver(`Subject: ${name} of two\r\nFrom: a@b.example\r\n\r\nBoo.\r\n`)
    server.spoil(`${name} of two`, 'refused')
  }
  server.deliver((await answerOf(contact, 'reply')).raw)
  // The pauses begin anew behind the first: otherwise each try for the second would cost five minutes.
  for (let second = 0; second < 900; second += 20) {
    await one.pass()
    clock.passes({ seconds: 20 })
  }
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'replied' })
  const [position] = await sending.query<{ passedOver: number }>(
    `select passed_over from mailbox_positions where passed_over_at > '${clock.read().subtract({ minutes: 15 })}'`,
  )
  expect(position?.passedOver).toBeGreaterThanOrEqual(2)
})

test('while a silent server is asked for one mail after the other, no other process takes the mailbox over', async () => {
  const { sending } = await mailed()
  const takenOver: number[] = []
  const silent: Partial<Mailbox> = {
    key: 'silent/INBOX',
    listAfter: async ({ lastUid }) => ({ uidValidity: 3, uids: [1, 2, 3].filter((uid) => uid > lastUid) }),
  }
  const two = reader(sending, { ...silent, read: async (uid) => void takenOver.push(uid) })
  const one = reader(sending, {
    ...silent,
    read: async () => {
      clock.passes({ seconds: 45 })
      await two.pass()
      throw new AppError('mail_unavailable', 'The server is silent.')
    },
  })
  for (let pass = 0; pass < 7; pass++) {
    await one.pass()
    clock.passes({ minutes: 5 })
  }
  expect(takenOver).toEqual([])
})
