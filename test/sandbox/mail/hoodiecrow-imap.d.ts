/** The few things we use of hoodiecrow-imap, which ships no types. */
declare module 'hoodiecrow-imap' {
  interface StoredMessage {
    uid: number
    flags: string[]
    raw: string
  }
  interface StoredMailbox {
    uidvalidity: number
    uidnext: number
    messages: StoredMessage[]
  }
  interface Hoodiecrow {
    readonly server: import('node:net').Server
    listen(port: number, host: string, done: () => void): void
    close(done: () => void): void
    getMailbox(path: string): StoredMailbox
    appendMessage(mailbox: string, flags: string[], internalDate: Date, raw: string): void
  }
  interface HoodiecrowOptions {
    plugins: string[]
    users: Record<string, { password: string }>
    storage: { INBOX: { uidvalidity: number; messages: unknown[] } }
  }
  function hoodiecrow(options: HoodiecrowOptions): Hoodiecrow
  export = hoodiecrow
}
