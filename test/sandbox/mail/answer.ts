import PostalMime from 'postal-mime'

/** What comes back to a mail. */
export const ANSWERS = ['reply', 'away', 'bounce', 'unsubscribe', 'complaint'] as const
export type Answer = (typeof ANSWERS)[number]

/** A mail that was received, as far as an answer to it needs it. */
export interface ReceivedMail {
  readonly raw: Uint8Array
  readonly envelopeFrom: string
  readonly envelopeTo: readonly string[]
}

/** A mail with its envelope, ready for SMTP. */
export interface AnswerMail {
  readonly from: string
  readonly to: string
  readonly raw: string
}

export interface AnswerDetails {
  readonly at: Temporal.Instant
  /** Makes the answer a mail of its own. */
  readonly id: string
  /** What a reply says. */
  readonly text?: string
  /** Of an out-of-office notice: the day back. */
  readonly returnDate?: Temporal.PlainDate
  /** Of a bounce; 5.1.1 unless given. */
  readonly status?: string
}

interface Original {
  readonly messageId: string
  readonly subject: string
  readonly recipient: string
  readonly from: string
  readonly replyTo: string
  readonly bounceTo: string
  readonly unsubscribeTo: string | undefined
  readonly headers: string
  readonly date: string
}

/**
 * The mail that the recipient's mail program, vacation program, mail server or mailbox provider would send back, with the
 * headers such mails have (RFC 3834, 3464, 5965). Throws for an unsubscribe mail when the mail names no address for it.
 */
export async function composeAnswer(mail: ReceivedMail, answer: Answer, details: AnswerDetails): Promise<AnswerMail> {
  const original = await readOriginal(mail)
  switch (answer) {
    case 'reply':
      return reply(original, details)
    case 'away':
      return away(original, details)
    case 'bounce':
      return bounce(original, details)
    case 'unsubscribe':
      return unsubscribe(original, details)
    case 'complaint':
      return complaint(original, details)
  }
}

async function readOriginal({ raw, envelopeFrom, envelopeTo }: ReceivedMail): Promise<Original> {
  const mail = await PostalMime.parse(raw)
  const listed = mail.headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? ''
  const from = mail.from?.address ?? envelopeFrom
  return {
    messageId: mail.messageId ?? '',
    subject: mail.subject ?? '',
    recipient: envelopeTo[0] ?? '',
    from,
    replyTo: mail.replyTo?.[0]?.address ?? from,
    bounceTo: envelopeFrom,
    unsubscribeTo: /<mailto:([^?>]+)/.exec(listed)?.[1],
    headers: Buffer.from(raw).toString('latin1').split('\r\n\r\n')[0] ?? '',
    date: mail.date ?? '',
  }
}

function reply(
  original: Original,
  { id, at, text = 'Thank you, can we talk on Thursday?' }: AnswerDetails,
): AnswerMail {
  const { recipient, replyTo, messageId, subject } = original
  const headers = [
    ...headOf(recipient, replyTo, `Re: ${subject}`, id, at),
    `In-Reply-To: ${messageId}`,
    `References: ${messageId}`,
    'Content-Type: text/plain; charset=utf-8',
  ]
  const quoted = `${text}\r\n\r\nOn ${original.date}, ${original.from} wrote:\r\n> ${subject}\r\n`
  return { from: recipient, to: replyTo, raw: mailOf(headers, quoted) }
}

/** To the envelope's sender, with an empty one of its own (RFC 3834, 3 and 4). */
function away(
  { recipient, bounceTo, messageId, subject }: Original,
  { id, at, returnDate }: AnswerDetails,
): AnswerMail {
  const headers = [
    ...headOf(recipient, bounceTo, `Automatic reply: ${subject}`, id, at),
    'Auto-Submitted: auto-replied',
    `In-Reply-To: ${messageId}`,
    `References: ${messageId}`,
    'Content-Type: text/plain; charset=utf-8',
  ]
  const back = returnDate ? ` I will be back on ${inWords(returnDate)}.` : ''
  return { from: '', to: bounceTo, raw: mailOf(headers, `I am out of the office.${back}\r\n`) }
}

function bounce(original: Original, { id, at, status = '5.1.1' }: AnswerDetails): AnswerMail {
  const { recipient, bounceTo } = original
  const host = recipient.slice(recipient.indexOf('@') + 1)
  const action = status.startsWith('5') ? 'failed' : 'delayed'
  const said = action === 'failed' ? 'could not be delivered' : 'has been delayed; we keep trying'
  const headers = [
    ...headOf(`MAILER-DAEMON@mx.${host}`, bounceTo, 'Undelivered Mail Returned to Sender', id, at),
    'Auto-Submitted: auto-replied',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
  ]
  const parts = [
    ['text/plain; charset=utf-8', `Your message to ${recipient} ${said}.`],
    [
      'message/delivery-status',
      [
        `Reporting-MTA: dns; mx.${host}`,
        '',
        `Final-Recipient: rfc822; ${recipient}`,
        `Action: ${action}`,
        `Status: ${status}`,
        `Diagnostic-Code: smtp; ${status.startsWith('5') ? 550 : 451} ${status} the sandbox was told to bounce this`,
      ].join('\r\n'),
    ],
    ['text/rfc822-headers', original.headers],
  ]
  return { from: '', to: bounceTo, raw: mailOf(headers, multipart(parts)) }
}

function unsubscribe({ recipient, unsubscribeTo }: Original, { id, at }: AnswerDetails): AnswerMail {
  if (!unsubscribeTo) throw new Error('this mail names no address to unsubscribe at')
  const headers = [
    ...headOf(recipient, unsubscribeTo, 'unsubscribe', id, at),
    'Content-Type: text/plain; charset=utf-8',
  ]
  return { from: recipient, to: unsubscribeTo, raw: mailOf(headers, '\r\n') }
}

/** An abuse report of the recipient's provider (RFC 5965). */
function complaint(original: Original, { id, at }: AnswerDetails): AnswerMail {
  const { recipient, bounceTo } = original
  const host = recipient.slice(recipient.indexOf('@') + 1)
  const headers = [
    ...headOf(`feedback@${host}`, bounceTo, 'Abuse report', id, at),
    'Content-Type: multipart/report; report-type=feedback-report; boundary="report"',
  ]
  const fields = ['Feedback-Type: abuse', 'User-Agent: Sandbox/1', 'Version: 1', `Original-Mail-From: <${bounceTo}>`]
  const parts = [
    ['text/plain; charset=utf-8', 'This is an abuse report for a mail that you sent.'],
    ['message/feedback-report', fields.join('\r\n')],
    ['text/rfc822-headers', original.headers],
  ]
  return { from: `feedback@${host}`, to: bounceTo, raw: mailOf(headers, multipart(parts)) }
}

function headOf(from: string, to: string, subject: string, id: string, at: Temporal.Instant): string[] {
  const date = new Date(at.epochMilliseconds).toUTCString().replace('GMT', '+0000')
  return [
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: ${/^[\x20-\x7e]*$/.test(subject) ? subject : `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`}`,
    `Date: ${date}`,
    `Message-ID: <${id}@sandbox.example>`,
    'MIME-Version: 1.0',
  ]
}

function multipart(parts: readonly string[][]): string {
  const sections = parts.map(([type, content]) => `--report\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`)
  return `${sections.join('')}--report--\r\n`
}

function mailOf(headers: readonly string[], body: string): string {
  return `${headers.join('\r\n')}\r\n\r\n${body}`
}

function inWords(date: Temporal.PlainDate): string {
  return date.toLocaleString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
}
