import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import { cleanLine, cleanText } from './clean-text.ts'
import { escapeHtml } from './escape-html.ts'
import { headerDate } from './header-date.ts'
import { listHeaders, type MailList, type UnsubscribeWays } from './list-headers.ts'
import { threadHeaders } from './thread-headers.ts'

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
  readonly unsubscribe: UnsubscribeWays
  readonly list: MailList
  readonly postalAddress: string | null
}

/**
 * The bytes of one mail: multipart/alternative, one-click unsubscribe headers (RFC 8058), footer. It adds no tracking: what a
 * sequence tracks is in `html` already (`trackMail`). Every header value loses its line breaks and control characters first, so
 * that no value can add a header or a recipient. The same mail always gives the same bytes. Not signed yet: `signMail` does that.
 * Throws the errors of `listHeaders`.
 */
export async function composeMime(mail: MailToCompose): Promise<Buffer> {
  const thread = threadHeaders(mail.references)
  const composer = new MailComposer({
    from: { name: cleanLine(mail.from.name), address: mail.from.address },
    to: { name: '', address: mail.recipient },
    ...(mail.replyTo ? { replyTo: { name: '', address: mail.replyTo } } : {}),
    subject: cleanLine(mail.subject),
    date: headerDate(mail.date),
    messageId: mail.messageId,
    ...(thread ? { inReplyTo: thread.inReplyTo, references: [...thread.references] } : {}),
    headers: { ...listHeaders(mail.list, mail.unsubscribe) },
    text: `${mail.text}\n\n-- \n${textFooter(mail)}\n`,
    html: `<!doctype html>\n<html><body>\n${mail.html}\n${htmlFooter(mail)}\n</body></html>\n`,
    textEncoding: 'quoted-printable',
    newline: 'windows',
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const message = composer.compile()
  message.baseBoundary = boundaryOf(mail.messageId)
  return message.build()
}

/**
 * What separates the parts: different in each mail, and nothing that a text could contain by design, because nobody who writes
 * one knows the mail's Message-ID.
 */
function boundaryOf(messageId: string): string {
  return createHash('sha256').update(messageId).digest('hex').slice(0, 24)
}

function textFooter(mail: MailToCompose): string {
  return [cleanText(mail.postalAddress ?? ''), `Unsubscribe: ${mail.unsubscribe.url}`].filter(Boolean).join('\n')
}

function htmlFooter(mail: MailToCompose): string {
  const postal = escapeHtml(cleanText(mail.postalAddress ?? '')).replace(/\r?\n/g, '<br>')
  const address = postal ? `${postal}<br>` : ''
  const link = `<a href="${escapeHtml(mail.unsubscribe.url)}">Unsubscribe</a>`
  return `<hr>\n<p><small>${address}${link}</small></p>`
}
