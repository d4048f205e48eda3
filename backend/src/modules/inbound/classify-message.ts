import type { Classification, InboundContext } from './classification.ts'
import {
  type AutomaticSigns,
  CERTAIN,
  DOUBTFUL,
  findAutomaticSigns,
  hasEmptySender,
  isForwardSubject,
  isReplySubject,
} from './find-automatic-signs.ts'
import { findKeys, isAtOrBelow, isMarked, NO_KEYS } from './find-keys.ts'
import { ownText } from './own-text.ts'
import { readBounce } from './read-bounce.ts'
import { headerOf, type InboundMessage, readMessage } from './read-message.ts'
import { readReportFields } from './read-report-fields.ts'
import { readReturnDate } from './read-return-date.ts'

type Shared = Pick<Classification, 'keys'>

/**
 * What a raw mail (RFC 5322) is, why, and what it may point at. A function of its arguments alone (a promise only because its
 * parser is one); never throws, reads at most 1 MiB. It trusts nothing: a report or complaint counts only once the caller has
 * found the mail of ours that `keys` names, because anybody can write one (docs/decisions/0014-incoming-mail.md).
 */
export async function classifyMessage(raw: Uint8Array, context: InboundContext): Promise<Classification> {
  const message = await readMessage(raw)
  if (!message) return { kind: 'unknown', evidence: ['These bytes cannot be read as a mail.'], keys: NO_KEYS }
  const shared = { keys: findKeys(message, context) }
  const own = ownText(message.text)
  const quoted = own.quoted || message.quotedInHtml
  const signs = findAutomaticSigns(message, { text: own.text, quoted }, context)
  return (
    readRequestOfProgram(message, shared, signs, context) ??
    readReport(message, shared, signs) ??
    readAutomatic(message, shared, own.text, signs, context) ??
    readPersonal(message, shared, { text: own.text, quoted }, context)
  )
}

/** Reports are told by their type (RFC 6522) or, without one, by a mail system as the sender. */
function readReport(message: InboundMessage, shared: Shared, signs: AutomaticSigns): Classification | undefined {
  const part = (type: RegExp) => message.parts.find((one) => type.test(one.type))
  const isReport = message.contentType.includes('multipart/report')
  const fromSystem = signs.weight >= CERTAIN
  const feedback = part(/feedback-report$/)
  if (feedback && (isReport || fromSystem)) return readFeedback(feedback.text, shared)
  const disposition = part(/^message\/(global-)?disposition-notification$/)
  if (disposition || (isReport && message.contentType.includes('disposition-notification'))) {
    const value = readReportFields(disposition?.text ?? message.text).flatMap(
      (fields) => fields.get('disposition') ?? [],
    )[0]
    const kind = /;\s{0,10}([a-z-]+)/i.exec(value ?? '')?.[1]?.toLowerCase() ?? ''
    return {
      kind: 'disposition',
      disposition: kind,
      evidence: ['It is a disposition notification (RFC 8098).'],
      ...shared,
    }
  }
  if (/^complaint about message from/i.test(message.subject) && part(/^message\/rfc822$/)) {
    const evidence = ['It is a complaint in the form of Microsoft: the mail complained of, without a report.']
    return { kind: 'complaint', feedbackType: 'abuse', evidence, ...shared }
  }
  const fromMailSystem = isFromMailSystem(message)
  if (!isReport && !fromSystem && !fromMailSystem) return undefined
  // Notices of vacation programs have an empty sender too, and may speak of delivery; what they say first is the absence.
  const bounce = isReport || fromMailSystem || !signs.absence ? readBounce(message, fromMailSystem) : undefined
  if (!bounce) return undefined
  const said = bounce.recipients.map(({ finalRecipient, why }) => (finalRecipient ? `${finalRecipient}: ${why}` : why))
  return {
    kind: 'bounce',
    recipients: bounce.recipients,
    evidence: [bounce.evidence, ...said.slice(0, 10), ...signs.evidence],
    ...shared,
  }
}

/** RFC 5965: `not-spam` is the opposite of a complaint, and an authentication report (RFC 6591) nobody's complaint. */
function readFeedback(report: string, shared: Shared): Classification {
  const type = readReportFields(report)
    .flatMap((fields) => fields.get('feedback-type') ?? [])[0]
    ?.toLowerCase()
  if (type === 'not-spam' || type === 'auth-failure') {
    return { kind: 'automatic_reply', evidence: [`It is a feedback report of the type "${type}".`], ...shared }
  }
  const feedbackType = (type ?? 'abuse').slice(0, 40)
  const evidence = [`It is a feedback report of the type "${feedbackType}" (RFC 5965).`]
  return { kind: 'complaint', feedbackType, evidence, ...shared }
}

function isFromMailSystem(message: InboundMessage): boolean {
  return /^(mailer-daemon|mail-daemon|mdaemon|postmaster)(@|$)/.test(
    message.from ?? headerOf(message, 'from')?.toLowerCase() ?? '',
  )
}

/**
 * A mail program that unsubscribes its user says that it is one: Apple Mail writes "Auto-Submitted: auto-replied". It writes to an
 * address that stands in List-Unsubscribe alone and answers no mail; a notice answers one, or has an empty envelope sender. First of
 * all, because it may quote a subject that reads like a bounce.
 */
function readRequestOfProgram(
  message: InboundMessage,
  shared: Shared,
  signs: AutomaticSigns,
  context: InboundContext,
): Classification | undefined {
  const { envelopeRecipient, unsubscribeAddress } = context
  const sentTo = envelopeRecipient === undefined ? shared.keys.unsubscribeAddresses : [envelopeRecipient]
  const answers = shared.keys.inReplyTo.length + shared.keys.references.length > 0
  if (signs.weight < DOUBTFUL || answers || hasEmptySender(message, context)) return undefined
  if (message.contentType.includes('multipart/report') || isFromMailSystem(message)) return undefined
  if (!sentTo.some((address) => isMarked(address, unsubscribeAddress))) return undefined
  const evidence = [
    'It was sent to a marked unsubscribe address and answers no mail, as mail programs ask to unsubscribe.',
  ]
  return { kind: 'unsubscribe_request', evidence: [...evidence, ...signs.evidence], ...shared }
}

/** Certain signs make it automatic; in doubt it is neither a person's word nor a machine's. */
function readAutomatic(
  message: InboundMessage,
  shared: Shared,
  own: string,
  signs: AutomaticSigns,
  context: InboundContext,
): Classification | undefined {
  if (signs.weight < DOUBTFUL) return undefined
  const { evidence } = signs
  if (signs.weight < CERTAIN) {
    return {
      kind: 'unknown',
      evidence: [...evidence, 'That is too little to tell a person from a program.'],
      ...shared,
    }
  }
  const returnDate = readReturnDate(own, context.receivedOn) ?? readReturnDate(message.subject, context.receivedOn)
  if (!signs.absence && !returnDate) return { kind: 'automatic_reply', evidence, ...shared }
  const says = returnDate
    ? `It names ${returnDate} for the return.`
    : 'It names no day of return that can be read in one way.'
  return { kind: 'out_of_office', returnDate, evidence: [...evidence, says], ...shared }
}

function readPersonal(
  message: InboundMessage,
  shared: Shared,
  own: { readonly text: string; readonly quoted: boolean },
  context: InboundContext,
): Classification {
  const { envelopeRecipient } = context
  const toUnsubscribe =
    envelopeRecipient === undefined
      ? shared.keys.unsubscribeAddresses.length > 0
      : isAtOrBelow(envelopeRecipient, context.unsubscribeAddress)
  if (!message.from?.includes('@')) return { kind: 'unknown', evidence: ['It names no sender.'], ...shared }
  if (toUnsubscribe) {
    const evidence = ['It was sent to the unsubscribe address, and nothing says that a program answered.']
    return { kind: 'unsubscribe_request', evidence, ...shared }
  }
  if (isForwardSubject(message.subject)) {
    return { kind: 'unknown', evidence: ['It forwards a mail and answers none.'], ...shared }
  }
  const evidence: string[] = []
  if (shared.keys.inReplyTo.length + shared.keys.references.length > 0)
    evidence.push('It answers a mail by its Message-ID.')
  if (isReplySubject(message.subject)) evidence.push('Its subject begins as answers do.')
  if (own.quoted) evidence.push('It quotes a mail.')
  if (evidence.length === 0) {
    return { kind: 'unknown', evidence: ['It seems to be from a person, but it answers nothing.'], ...shared }
  }
  evidence.push('Nothing says that a program wrote it.')
  return { kind: 'human_reply', from: message.from, ownText: own.text, evidence, ...shared }
}
