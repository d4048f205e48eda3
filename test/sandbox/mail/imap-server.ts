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
  /**
   * A FETCH of the mails that contain this text is refused, or answered by cutting the connection; of all mails without a text. Gives
   * what sets it right again.
   */
  spoil(text?: string, how?: 'refused' | 'cut'): () => void
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
    spoil(text = '', how = 'refused') {
      const isWhole = (message: object) => Object.getOwnPropertyDescriptor(message, 'raw')?.get === undefined
      const spoiled = inbox().messages.filter((message) => isWhole(message) && message.raw.includes(text))
      const whole = spoiled.map(({ raw }) => raw)
      for (const message of spoiled) {
        Object.defineProperty(message, 'raw', {
          configurable: true,
          get() {
            if (how === 'cut') for (const socket of sockets) socket.destroy()
            throw new Error('the message cannot be read')
          },
        })
      }
      return () => {
        for (const [at, message] of spoiled.entries()) {
          Object.defineProperty(message, 'raw', { configurable: true, value: whole[at] })
        }
      }
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
