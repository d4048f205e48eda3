import PostalMime, { type Attachment, type Email } from 'postal-mime'
import { htmlToOwnText } from './html-to-own-text.ts'

/** A part that is neither the text nor the HTML of the mail. */
export interface MessagePart {
  /** Lower case, without parameters. */
  readonly type: string
  readonly text: string
}

/** The few things the classification reads from a mail. */
export interface InboundMessage {
  /** By lower-case name, in the order they stand. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly subject: string
  /** Address in From, lower case. */
  readonly from: string | undefined
  /** Content-Type of the whole mail, lower case, with its parameters. */
  readonly contentType: string
  /** The plain part, else the HTML part as text. */
  readonly text: string
  /** Whether the HTML showed a quotation that `text` no longer has. */
  readonly quotedInHtml: boolean
  readonly parts: readonly MessagePart[]
}

/** Text and report come first in a mail; what follows is attachments. */
const BYTES = 1024 * 1024
/** The parser's work is per line, tens of microseconds each. */
const LINES = 12_000
const TEXT = 200_000
const PART_BYTES = 256 * 1024
const PARTS = 50
const HEADERS_BYTES = 256 * 1024
const NESTING = 30

/**
 * Reads the first MiB or 12 000 lines of a raw mail (RFC 5322), whichever is less. `undefined` when the bytes are no mail: no
 * header, or more nesting or headers than a mail has. Never throws. Mails inside the mail stay parts: what they say is not
 * what the mail says.
 */
export async function readMessage(raw: Uint8Array): Promise<InboundMessage | undefined> {
  try {
    const mail = await PostalMime.parse(raw.subarray(0, endOfReading(raw)), {
      forceRfc822Attachments: true,
      maxNestingDepth: NESTING,
      maxHeadersSize: HEADERS_BYTES,
    })
    return mail.headers.length === 0 ? undefined : tidyMessage(mail)
  } catch {
    // Refused by the limits of a parser, of MIME or of HTML: there is nothing to learn from such bytes.
    return undefined
  }
}

function endOfReading(raw: Uint8Array): number {
  const limit = Math.min(raw.byteLength, BYTES)
  let end = 0
  for (let line = 0; line < LINES; line++) {
    const feed = raw.indexOf(10, end)
    if (feed < 0 || feed >= limit) return limit
    end = feed + 1
  }
  return end
}

/** The first value of a header, trimmed; `undefined` when it is missing. */
export function headerOf(message: InboundMessage, name: string): string | undefined {
  return message.headers.get(name)?.[0]?.trim()
}

function tidyMessage(mail: Email): InboundMessage {
  const headers = new Map<string, string[]>()
  for (const { key, value } of mail.headers) {
    const values = headers.get(key)
    if (values) values.push(value)
    else headers.set(key, [value])
  }
  const plain = (mail.text ?? '').slice(0, TEXT)
  const html = plain.trim() ? undefined : htmlToOwnText((mail.html ?? '').slice(0, TEXT))
  return {
    headers,
    subject: (mail.subject ?? '').slice(0, 1000).trim(),
    from: mail.from?.address?.toLowerCase() || undefined,
    contentType: (headers.get('content-type')?.[0] ?? '').slice(0, 1000).toLowerCase(),
    text: html?.text ?? plain,
    quotedInHtml: html?.quoted ?? false,
    parts: mail.attachments.slice(0, PARTS).map(readPart),
  }
}

function readPart({ mimeType, content }: Attachment): MessagePart {
  const text =
    typeof content === 'string' ? content.slice(0, PART_BYTES) : new TextDecoder().decode(content.slice(0, PART_BYTES))
  return { type: mimeType.toLowerCase(), text }
}
