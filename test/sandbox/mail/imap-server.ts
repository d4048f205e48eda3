import type { AddressInfo } from 'node:net'
import hoodiecrow from 'hoodiecrow-imap'

export interface ImapServer {
  /** For `IMAP_URL`. */
  readonly url: string
  /** Puts a raw mail into INBOX, as a mail server delivers it; `at` is when it came. */
  deliver(raw: string | Uint8Array, at?: Temporal.Instant): void
  /** How many mails INBOX holds, and the flags of each. */
  flags(): readonly (readonly string[])[]
  /** The server numbers INBOX anew, from 1, under another UIDVALIDITY (RFC 3501, 2.3.1.1). */
  renumber(): void
  /** Cuts every connection. */
  cut(): void
  stop(): Promise<void>
}

const USER = 'stagecue'
const PASS = 'mailbox-password'

/** A real IMAP server on loopback (hoodiecrow-imap, the sandbox's and the tests'), with one user and an empty INBOX. */
export async function startImapServer(): Promise<ImapServer> {
  const server = hoodiecrow({
    plugins: ['ID', 'ENABLE', 'UIDPLUS', 'UNSELECT', 'IDLE'],
    users: { [USER]: { password: PASS } },
    // It starts empty every time, so its numbering must be another one each time.
    storage: { INBOX: { uidvalidity: Math.floor(Date.now() / 1000), messages: [] } },
  })
  const sockets = new Set<import('node:net').Socket>()
  server.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A client that cuts the connection is no failure of this server.
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port: taken } = server.server.address() as AddressInfo
  const inbox = () => server.getMailbox('INBOX')
  return {
    url: `imap://${USER}:${PASS}@127.0.0.1:${taken}/INBOX`,
    deliver(raw, at) {
      const moment = at ? new Date(at.epochMilliseconds) : new Date()
      server.appendMessage('INBOX', [], moment, Buffer.from(raw).toString('latin1'))
    },
    flags: () => inbox().messages.map((message) => message.flags),
    renumber() {
      const box = inbox()
      box.uidvalidity++
      for (const [index, message] of box.messages.entries()) message.uid = index + 1
      box.uidnext = box.messages.length + 1
    },
    cut() {
      for (const socket of sockets) socket.destroy()
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
