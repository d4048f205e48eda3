import MailComposer from 'nodemailer/lib/mail-composer'
import { cleanLine } from './clean-text.ts'
import { headerDate } from './header-date.ts'

export interface TestMail {
  readonly from: { readonly name: string; readonly address: string }
  readonly recipient: string
  readonly date: Temporal.Instant
  /** With angle brackets. */
  readonly messageId: string
}

/** The bytes of a mail that shows a person whether a sender works: plain text, to themselves, with nothing to unsubscribe from. */
export async function composeTestMail({ from, recipient, date, messageId }: TestMail): Promise<Buffer> {
  const composer = new MailComposer({
    from: { name: cleanLine(from.name), address: from.address },
    to: { name: '', address: recipient },
    subject: 'Test mail from Stagecue',
    date: headerDate(date),
    messageId,
    text: `This mail was sent by Stagecue as ${from.address}, because you asked for a test.\n`,
    textEncoding: 'quoted-printable',
    newline: 'windows',
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}
