import { createHash, sign } from 'node:crypto'
import { AppError } from '#core/errors.ts'
import type { DkimKey } from './read-dkim-key.ts'

/**
 * What the signature covers. Each name stands in `h=` once more often than in the mail ("oversigned", RFC 6376, 8.15), also
 * the ones the mail does not have: nobody on the way can add a second Subject or a first Reply-To without breaking it. RFC 8058
 * requires both unsubscribe headers to be covered, Gmail's feedback loop its Feedback-ID.
 */
const COVERED = [
  ...['from', 'to', 'cc', 'subject', 'date', 'message-id', 'reply-to', 'in-reply-to', 'references'],
  ...['list-unsubscribe', 'list-unsubscribe-post', 'list-id', 'feedback-id'],
  ...['mime-version', 'content-type', 'content-transfer-encoding'],
] as const

const LINE = 76

/**
 * The mail with a DKIM signature in front (RFC 6376: rsa-sha256, relaxed/relaxed), not another byte changed. Pure: the same
 * mail, key and moment give the same bytes. Our own, because neither nodemailer's signer nor mailauth's can oversign. Throws
 * `AppError('internal')` for bytes that are no mail.
 */
export function signMail(mime: Buffer, key: DkimKey, signedAt: Temporal.Instant): Buffer {
  // latin1 maps each byte to one character and back, so that nothing is decoded.
  const text = mime.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) throw new AppError('internal', 'A mail without an end of its headers cannot be signed.')
  const headers = splitHeaders(text.slice(0, end))
  const { names, lines } = cover(headers)
  const bodyHash = createHash('sha256')
    .update(relaxedBody(text.slice(end + 4)), 'latin1')
    .digest('base64')
  const unsigned = signatureHeader(key, names, bodyHash, signedAt)
  const signature = sign(
    'sha256',
    Buffer.from([...lines, relaxedHeader(unsigned)].join('\r\n'), 'latin1'),
    key.privateKey,
  ).toString('base64')
  return Buffer.concat([Buffer.from(`${unsigned}${folded(signature)}\r\n`, 'latin1'), mime])
}

interface Header {
  readonly name: string
  readonly raw: string
}

/** Header fields with their folded lines, in the order of the mail. */
function splitHeaders(block: string): Header[] {
  return block.split(/\r\n(?![ \t])/).map((raw) => ({ name: raw.slice(0, raw.indexOf(':')).toLowerCase(), raw }))
}

/**
 * The names for `h=` and the canonical lines they stand for. Several fields of one name are taken from the bottom up, and a
 * name without a field stands for nothing (RFC 6376, 5.4.2).
 */
function cover(headers: readonly Header[]): { names: string[]; lines: string[] } {
  const names: string[] = []
  const lines: string[] = []
  for (const name of COVERED) {
    const present = headers.filter((header) => header.name === name).toReversed()
    lines.push(...present.map((header) => relaxedHeader(header.raw)))
    names.push(...present.map(() => name), name)
  }
  return { names, lines }
}

function signatureHeader(key: DkimKey, names: readonly string[], bodyHash: string, signedAt: Temporal.Instant): string {
  const seconds = Math.floor(signedAt.epochMilliseconds / 1000)
  return [
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; t=${seconds};`,
    ` d=${key.domain}; s=${key.selector};`,
    ...nameLines(names),
    ` bh=${bodyHash};`,
    ' b=',
  ].join('\r\n')
}

/** `h=` over several lines; white space is allowed around its colons. */
function nameLines(names: readonly string[]): string[] {
  const lines: string[] = []
  let line = ' h='
  names.forEach((name, index) => {
    const piece = index === names.length - 1 ? `${name};` : `${name}:`
    if (line.length + piece.length > LINE) {
      lines.push(line)
      line = '  '
    }
    line += piece
  })
  return [...lines, line]
}

function folded(signature: string): string {
  return (signature.match(/.{1,72}/g) ?? []).join('\r\n  ')
}

/** RFC 6376, 3.4.2: lower-case name, unfolded, runs of blanks as one space, none at the ends of the value. */
function relaxedHeader(raw: string): string {
  const colon = raw.indexOf(':')
  const value = raw
    .slice(colon + 1)
    .replaceAll('\r\n', '')
    .replace(/[ \t]+/g, ' ')
  return `${raw.slice(0, colon).trimEnd().toLowerCase()}:${value.replace(/^ | $/g, '')}`
}

/** RFC 6376, 3.4.4: no blanks at line ends, runs of blanks as one space, no empty lines at the end. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
  while (lines.at(-1) === '') lines.pop()
  return lines.map((line) => `${line}\r\n`).join('')
}
