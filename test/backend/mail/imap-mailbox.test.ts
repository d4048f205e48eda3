import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAppError } from '#core/errors.ts'
import { type Mailbox, openImapMailbox } from '#mail/imap-mailbox.ts'
import { type ImapAccount, readImapUrl } from '#mail/read-imap-url.ts'
import { type ImapServer, startImapServer } from '#test/sandbox/mail/imap-server.ts'

let server: ImapServer
const opened: Mailbox[] = []

beforeAll(async () => {
  server = await startImapServer()
})
afterAll(async () => {
  for (const mailbox of opened) mailbox.close()
  await server.stop()
})

function open(change: Partial<ImapAccount> = {}): Mailbox {
  const mailbox = openImapMailbox({ ...readImapUrl(server.url), ...change })
  opened.push(mailbox)
  return mailbox
}

const START = { uidValidity: 0, lastUid: 0 }

test('bytes come as they are, with their moment, and at most a MiB of them', async () => {
  const mailbox = open()
  expect(await mailbox.listAfter(START)).toMatchObject({ uids: [] })
  const raw = Buffer.from('Subject: Grüße\r\nX: \u0000\r\n\r\n日本語\r\n')
  const at = Temporal.Instant.from('2026-05-04T10:20:30Z')
  server.deliver(raw, at)
  server.deliver(Buffer.concat([raw, Buffer.alloc(1_200_000, 65)]), at)
  const { uidValidity, uids } = await mailbox.listAfter(START)
  const [first = 0, second = 0] = uids
  expect(Buffer.from((await mailbox.read(first))?.raw ?? []).equals(raw)).toBe(true)
  expect((await mailbox.read(first))?.receivedAt).toEqual(at)
  expect((await mailbox.read(second))?.raw.byteLength).toBe(1024 * 1024)
  expect(await mailbox.read(9_999)).toBeUndefined()
  // "n:*" names the last mail also when it is older than n.
  expect(await mailbox.listAfter({ uidValidity, lastUid: second })).toEqual({ uidValidity, uids: [] })
  expect(await mailbox.listAfter({ uidValidity: uidValidity + 1, lastUid: second })).toEqual({ uidValidity, uids })
})

test.each<[string, Partial<ImapAccount>]>([
  ['a wrong password', { pass: 'canary-password' }],
  ['a folder that is not there', { folder: 'Nowhere' }],
  ['a server that offers no TLS where it is required', { requireTls: true, pass: 'canary-password' }],
  ['nobody at the port', { port: 1 }],
])('%s is said with the name of the mailbox and without the password', async (_name, change) => {
  const fault: unknown = await open(change)
    .listAfter(START)
    .catch((error: unknown) => error)
  expect(isAppError(fault, 'mail_unavailable') && fault.message).toMatch(
    /^The mailbox 127\.0\.0\.1:\d+\/INBOX cannot be read: .{5}/,
  )
  expect(String(fault)).not.toContain('canary')
})
