import MailComposer from 'nodemailer/lib/mail-composer'
import { cleanLine, cleanText } from './clean-text.ts'
import { escapeHtml } from './escape-html.ts'

export interface MailToCompose {
  readonly from: { readonly name: string; readonly address: string }
  readonly replyTo: string | null
  readonly recipient: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly date: Temporal.Instant
  /** With angle brackets. */
  readonly messageId: string
  /** Message-IDs of the conversation this mail continues, oldest first; empty for a new one. */
  readonly references: readonly string[]
  /** The one-click link, https. */
  readonly unsubscribeUrl: string
  readonly postalAddress: string | null
}

/** RFC 5322 allows long References; the first and the latest are what threads hang on. */
const REFERENCES = 20

/**
 * The bytes of one mail: multipart/alternative, one-click unsubscribe headers (RFC 8058), footer, no tracking. Every header
 * value loses its line breaks and control characters first, so that no value can add a header or a recipient.
 */
export async function composeMime(mail: MailToCompose): Promise<Buffer> {
  const references = mail.references.map(cleanLine)
  const composer = new MailComposer({
    from: { name: cleanLine(mail.from.name), address: mail.from.address },
    to: { name: '', address: mail.recipient },
    ...(mail.replyTo ? { replyTo: { name: '', address: mail.replyTo } } : {}),
    subject: cleanLine(mail.subject),
    date: headerDate(mail.date),
    messageId: mail.messageId,
    ...(references.length > 0 ? { inReplyTo: references.at(-1) ?? '', references: trimmed(references).join(' ') } : {}),
    headers: {
      'List-Unsubscribe': { prepared: true, value: `<${mail.unsubscribeUrl}>` },
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'X-Entity-Ref-ID': mail.messageId.replace(/[<>]/g, ''),
    },
    text: `${mail.text}\n\n-- \n${textFooter(mail)}\n`,
    html: `<!doctype html>\n<html><body>\n${mail.html}\n${htmlFooter(mail)}\n</body></html>\n`,
    textEncoding: 'quoted-printable',
    newline: 'windows',
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}

/** "Mon, 23 Nov 2026 09:00:00 +0000" (RFC 5322, 3.3). */
function headerDate(moment: Temporal.Instant): string {
  const utc = moment.toZonedDateTimeISO('UTC')
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][utc.dayOfWeek - 1]
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][utc.month - 1]
  const time = utc.toPlainTime().toString({ smallestUnit: 'second' })
  return `${day}, ${utc.day} ${month} ${utc.year} ${time} +0000`
}

function trimmed(references: readonly string[]): readonly string[] {
  if (references.length <= REFERENCES) return references
  return [...references.slice(0, 1), ...references.slice(1 - REFERENCES)]
}

function textFooter(mail: MailToCompose): string {
  return [cleanText(mail.postalAddress ?? ''), `Unsubscribe: ${mail.unsubscribeUrl}`].filter(Boolean).join('\n')
}

function htmlFooter(mail: MailToCompose): string {
  const postal = escapeHtml(cleanText(mail.postalAddress ?? '')).replace(/\r?\n/g, '<br>')
  const address = postal ? `${postal}<br>` : ''
  const link = `<a href="${escapeHtml(mail.unsubscribeUrl)}">Unsubscribe</a>`
  return `<hr>\n<p><small>${address}${link}</small></p>`
}
