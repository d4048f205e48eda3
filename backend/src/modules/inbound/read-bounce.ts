import { type DeliveryFields, judgeDelivery, type RecipientReport } from './judge-delivery.ts'
import { headerOf, type InboundMessage } from './read-message.ts'
import { type ReportFields, readReportFields, withoutType } from './read-report-fields.ts'

const RECIPIENTS = 100
/** Where the notice ends and the returned mail begins, in bounces that are one text. */
export const RETURNED_MAIL =
  /^[ \t>*-]{0,40}(below this line is a copy of|this is a copy of (the|your)|a copy of the (original )?message|original message (headers )?(follows|below|is)|original message\b|unsent message (follows|below)|(the )?header of the original message|message header follows|message text follows|bounced e-?mail|included is a copy|received: from )/im
const BOUNCE_SUBJECT =
  /undeliver|returned mail|return(ing|ed) to sender|returning message|mail delivery (fail|sub|stat)|delivery (status|failure|has failed|notification)|failure notice|mail failure|delivery fail|mail failed|delay(ed)?\b|bounce|не доставлено/i
const BOUNCE_TEXT =
  /(could|can) ?not be delivered|couldn't be delivered|wasn't able to deliver|unable to deliver|(failed|unable) to deliver|delivery (to the following|has failed|failed)|permanent (error|failure)|was(n't| not) delivered|not been delivered|message you sent was rejected|undeliverable|returned to sender|has been delayed|delivery .{0,40}delayed/i
const STILL_TRYING = /delay(ed)?\b|still being retried|will (keep|continue) (on )?(trying|to)|warning: message/i
const GAVE_UP = /fail(ure|ed)|giv(en|ing) up|permanent|undeliver|returned/i
/** A line that names the recipient a notice is about: `<ada@example.com>:`, `ada@example.com`, `To: ada@example.com`. */
const RECIPIENT_LINE =
  /^[\s*>]{0,20}(?:to: ?|recipient:? ?|target mail address: ?|address:? ?)?(?:"[^"]{0,80}" ?)?<?([^\s<>:;,"()]{1,64}@[a-z0-9][a-z0-9.-]{0,250})>?[ :.]*(?:$|\s|\()/i

/** What a mail from a mail system says about recipients, with the sentence that says where it was read; `undefined`: nothing. */
export interface Bounce {
  readonly recipients: readonly RecipientReport[]
  readonly evidence: string
}

/**
 * The recipients of a delivery report: message/delivery-status (RFC 3464), else the same fields written into the text, else
 * the notices that qmail, Exim, Gmail and Yahoo write. Pure. `fromMailSystem`: its From says so; of another program's mail the
 * subject decides nothing.
 */
export function readBounce(message: InboundMessage, fromMailSystem: boolean): Bounce | undefined {
  const part = message.parts.find(({ type }) => /^message\/(global-)?delivery-status$/.test(type))
  const fromPart = part ? readStatus(part.text) : []
  if (fromPart.length > 0) return { recipients: fromPart, evidence: 'It has a delivery report (RFC 3464).' }
  const notice = noticeOf(message.text)
  const fromText = readStatus(notice)
  if (fromText.length > 0) return { recipients: fromText, evidence: 'Its text has the fields of a delivery report.' }
  const failed = addressesIn(headerOf(message, 'x-failed-recipients') ?? '')
  const isReport = part !== undefined || message.contentType.includes('delivery-status')
  // A program that answers repeats the subject it answers, and ours may speak of bounces or deliveries.
  const says = (fromMailSystem && BOUNCE_SUBJECT.test(message.subject)) || BOUNCE_TEXT.test(notice)
  if (failed.length === 0 && !isReport && !says) return undefined
  return {
    recipients: readNotice(message.subject, notice, failed),
    evidence: isReport
      ? 'It calls itself a delivery report.'
      : 'A mail system says in words that a mail was not delivered.',
  }
}

/** The text before the copy of the returned mail. */
function noticeOf(text: string): string {
  const head = text.slice(0, 20_000)
  const copy = RETURNED_MAIL.exec(head)
  return copy && copy.index > 0 ? head.slice(0, copy.index) : head
}

function readStatus(body: string): RecipientReport[] {
  const reports = readReportFields(body).filter(
    (group) => group.has('final-recipient') || group.has('original-recipient'),
  )
  return reports.slice(0, RECIPIENTS).map((group) => judgeDelivery(fieldsOf(group)))
}

function fieldsOf(group: ReportFields): DeliveryFields {
  const value = (name: string) => group.get(name)?.[0]
  return {
    finalRecipient: addressOf(value('final-recipient')),
    originalRecipient: addressOf(value('original-recipient')),
    // Some add a comment: "failed (bad destination mailbox)".
    action: /^[a-z]+/.exec((value('action') ?? '').toLowerCase())?.[0] ?? '',
    status: value('status'),
    diagnostic: withoutType(value('diagnostic-code') ?? ''),
  }
}

function addressOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : addressesIn(withoutType(value))[0]
}

/** Addresses in a text, lower case, without those that stand twice. */
export function addressesIn(text: string): string[] {
  const found = text
    .slice(0, 20_000)
    .toLowerCase()
    .match(/[^\s<>:;,"'()[\]@]{1,64}@[\p{L}\p{N}][\p{L}\p{N}.-]{0,250}/gu)
  return [...new Set((found ?? []).map((address) => address.replace(/[.]+$/, '')))].slice(0, RECIPIENTS)
}

function readNotice(subject: string, notice: string, failed: readonly string[]): RecipientReport[] {
  const delayed = STILL_TRYING.test(subject) || (STILL_TRYING.test(notice) && !GAVE_UP.test(`${subject}\n${notice}`))
  const action = delayed && !/fail/i.test(subject) ? 'delayed' : 'failed'
  const named = recipientLines(notice)
  const addresses = failed.length > 0 ? failed : [...named.keys()]
  const judge = (address: string | undefined, diagnostic: string) =>
    judgeDelivery({ finalRecipient: address, originalRecipient: undefined, action, status: undefined, diagnostic })
  if (addresses.length === 0) return [judge(undefined, notice.slice(0, 2000))]
  return addresses.slice(0, RECIPIENTS).map((address) => judge(address, named.get(address) ?? notice.slice(0, 2000)))
}

/** Per address that a line names: that line and the five below it, where the reason stands. */
function recipientLines(notice: string): Map<string, string> {
  const lines = notice.split(/\r\n|\r|\n/)
  const found = new Map<string, string>()
  for (const [at, line] of lines.entries()) {
    const address = RECIPIENT_LINE.exec(line.slice(0, 500))?.[1]?.toLowerCase()
    if (!address || found.has(address) || found.size >= RECIPIENTS) continue
    found.set(
      address,
      lines
        .slice(at, at + 6)
        .join(' ')
        .slice(0, 2000),
    )
  }
  return found
}
