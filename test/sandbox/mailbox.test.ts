import { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import PostalMime from 'postal-mime'
import { expect, onTestFinished, test, vi } from 'vitest'
import { call, sandboxForTest } from './starting.ts'

const BOUNCE = 'bounces+mark@mail.example'
const UNSUBSCRIBE = 'unsubscribe+mark@mail.example'

/** A sandbox whose contact Nora got a mail of a sequence. */
async function mailed() {
  const sandbox = await sandboxForTest()
  const transport = createTransport({ url: sandbox.mail.url, ignoreTLS: true })
  onTestFinished(() => transport.close())
  await transport.sendMail({
    envelope: { from: BOUNCE, to: 'nora.whitfield@alderfoods.example' },
    from: 'sales@mail.example',
    replyTo: 'maya@northwind.example',
    to: 'nora.whitfield@alderfoods.example',
    subject: 'Grüße',
    messageId: '<1.step@mail.example>',
    list: { unsubscribe: { url: `mailto:${UNSUBSCRIBE}?subject=unsubscribe` } },
    text: 'Hello Nora',
  })
  const [mail] = sandbox.mail.messages()
  if (!mail) throw new Error('no mail was caught')
  return { sandbox, mail }
}

/** What the mailbox holds, read over IMAP as the app reads it. */
async function readMailbox(url: string) {
  const { hostname, port, username, password } = new URL(url)
  const auth = { user: username, pass: password }
  const client = new ImapFlow({ host: hostname, port: Number(port), secure: false, auth, logger: false })
  await client.connect()
  try {
    await client.mailboxOpen('INBOX', { readOnly: true })
    const found = []
    for await (const { source } of client.fetch('1:*', { source: true })) {
      if (source) found.push(await PostalMime.parse(source))
    }
    return found
  } finally {
    await client.logout()
  }
}

test.each([
  ['reply', 'maya@northwind.example', 'in-reply-to', '<1.step@mail.example>'],
  ['away', BOUNCE, 'auto-submitted', 'auto-replied'],
  ['bounce', BOUNCE, 'return-path', '<>'],
  ['unsubscribe', UNSUBSCRIBE, 'delivered-to', UNSUBSCRIBE],
  ['complaint', BOUNCE, 'subject', 'Abuse report'],
])('the button %s sends a real mail to the mailbox', async (kind, to, header, value) => {
  const { sandbox, mail } = await mailed()
  const path = `/sandbox/inbox/${encodeURIComponent(mail.id)}/answer`
  expect((await call(sandbox, null, 'POST', path, { kind })).body).toEqual({ ok: true })
  expect(sandbox.mail.messages().at(-1)?.envelopeTo).toEqual([to])
  const [answer, ...more] = await vi.waitUntil(async () => {
    const found = await readMailbox(sandbox.mailbox.url)
    return found.length > 0 ? found : undefined
  })
  // The mail to the contact is not among them.
  expect(more).toEqual([])
  expect(answer?.headers.find(({ key }) => key === header)?.value).toBe(value)
})

test('an answer nobody knows, and one to a mail that is not there, are refused', async () => {
  const { sandbox, mail } = await mailed()
  expect((await call(sandbox, null, 'POST', `/sandbox/inbox/${mail.id}/answer`, { kind: 'shout' })).status).toBe(400)
  expect((await call(sandbox, null, 'POST', '/sandbox/inbox/none/answer', { kind: 'reply' })).status).toBe(404)
})
