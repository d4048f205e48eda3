import type { CorrelationKeys, InboundContext } from './classification.ts'
import { addressesIn } from './read-bounce.ts'
import type { InboundMessage } from './read-message.ts'
import { type ReportFields, readHeaderFields, readReportFields, withoutType } from './read-report-fields.ts'

const IDS = 100
/** Headers of the mail that name the mailbox it was put into. */
const RECIPIENT_HEADERS = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'to', 'cc']
/** Fields of a report, or headers of the returned mail, that name the sender of the returned mail: our bounce address. */
const SENDER_FIELDS = ['return-path', 'x-postfix-sender', 'original-mail-from', 'x-envelope-from']

/** Every key a mail carries that may lead to a mail of ours. Pure. Reports keys and believes none. */
export function findKeys(message: InboundMessage, context: InboundContext): CorrelationKeys {
  const header = (name: string) => (message.headers.get(name) ?? []).join(' ')
  const reported = reportedFields(message)
  const field = (name: string) => reported.flatMap((fields) => fields.get(name) ?? [])
  const arrivedAt = addressesIn([context.envelopeRecipient ?? '', ...RECIPIENT_HEADERS.map(header)].join(' '))
  const sentFrom = addressesIn(SENDER_FIELDS.flatMap(field).join(' '))
  return {
    bounceAddresses: [...new Set([...arrivedAt, ...sentFrom])].filter((at) => isMarked(at, context.bounceAddress)),
    unsubscribeAddresses: arrivedAt.filter((address) => isAtOrBelow(address, context.unsubscribeAddress)),
    messageId: idsIn(header('message-id'))[0],
    inReplyTo: idsIn(header('in-reply-to')),
    references: idsIn(header('references')),
    originalMessageIds: idsIn([...field('message-id'), ...field('original-message-id')].join(' ')),
    originalEnvelopeIds: [...new Set(field('original-envelope-id'))].slice(0, IDS),
    recipients: [
      ...new Set(
        ['final-recipient', 'original-recipient', 'original-rcpt-to', 'x-failed-recipients'].flatMap((name) =>
          [...field(name), ...(message.headers.get(name) ?? [])].flatMap((value) => addressesIn(withoutType(value))),
        ),
      ),
    ].slice(0, IDS),
  }
}

/** No keys: for bytes that are no mail. */
export const NO_KEYS: CorrelationKeys = {
  bounceAddresses: [],
  unsubscribeAddresses: [],
  messageId: undefined,
  inReplyTo: [],
  references: [],
  originalMessageIds: [],
  originalEnvelopeIds: [],
  recipients: [],
}

/** Whether an address is `base`, or `base` with a mark: `local+mark@domain`. Case is ignored. */
export function isAtOrBelow(address: string, base: string): boolean {
  return address.toLowerCase() === base.toLowerCase() || isMarked(address, base)
}

/** Whether an address is `base` with a mark. */
export function isMarked(address: string, base: string): boolean {
  const at = base.lastIndexOf('@')
  const below = address.toLowerCase()
  return below.startsWith(`${base.slice(0, at)}+`.toLowerCase()) && below.endsWith(base.slice(at).toLowerCase())
}

/** Groups of every report part, the headers of every returned mail, and those of a copy that stands in the text itself. */
function reportedFields(message: InboundMessage): ReportFields[] {
  const groups = message.parts.flatMap(({ type, text }) => {
    if (/^message\/(global-)?(delivery-status|disposition-notification|headers)$|feedback-report$/.test(type)) {
      return readReportFields(text)
    }
    return /^message\/(rfc822|global)$|rfc822-headers$/.test(type) ? [readHeaderFields(text)] : []
  })
  const fromText = readReportFields(message.text).filter(
    (fields) => fields.has('message-id') || fields.has('return-path'),
  )
  return [...groups, ...fromText]
}

function idsIn(text: string): string[] {
  // A control character is in no Message-ID of ours, and a database refuses some.
  const ids = [...new Set(text.slice(0, 100_000).match(/<[^<>\s\p{Cc}]{1,250}>/gu) ?? [])]
  // The first and the latest are what a conversation hangs on.
  return ids.length <= IDS ? ids : [...ids.slice(0, 1), ...ids.slice(1 - IDS)]
}
