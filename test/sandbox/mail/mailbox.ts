import { createTransport } from 'nodemailer'
import type { Clock } from '#core/clock.ts'
import { systemIds } from '#core/ids.ts'
import { type Answer, type AnswerDetails, composeAnswer } from './answer.ts'
import type { CaughtMail, MailCatcher } from './catcher.ts'
import { startImapServer } from './imap-server.ts'

/** The operator's mailbox, and people who answer what they got. */
export interface SandboxMailbox {
  /** For `IMAP_URL`. */
  readonly url: string
  /** Puts an accepted mail into the mailbox, as the mail server of its recipient does. */
  deliver(mail: CaughtMail): void
  /** Sends what comes back to a caught mail over SMTP, as the recipient's programs do. */
  answer(mail: CaughtMail, answer: Answer, details?: Partial<AnswerDetails>): Promise<void>
  stop(): Promise<void>
}

/** Starts the mailbox. Answers go through the catcher, so they are seen in the inbox like every other mail. */
export async function startMailbox(catcher: () => MailCatcher, clock: Clock): Promise<SandboxMailbox> {
  const server = await startImapServer()
  return {
    url: server.url,
    deliver({ raw, envelopeFrom, envelopeTo }) {
      const traces = [`Return-Path: <${envelopeFrom}>`, `Delivered-To: ${envelopeTo[0] ?? ''}`]
      server.deliver(Buffer.concat([Buffer.from(`${traces.join('\r\n')}\r\n`), raw]), clock())
    },
    async answer(mail, answer, details = {}) {
      const { from, to, raw } = await composeAnswer(mail, answer, { at: clock(), id: systemIds(), ...details })
      const { url } = catcher()
      const transport = createTransport({ url, ignoreTLS: true })
      try {
        await transport.sendMail({ envelope: { from, to }, raw })
      } finally {
        transport.close()
      }
    },
    stop: () => server.stop(),
  }
}
