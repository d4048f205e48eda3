import { ABSENCE_PHRASE, MACHINE_SUBJECT, MACHINE_TEXT, NOTICE_PHRASE } from './absence-phrases.ts'
import type { InboundContext } from './classification.ts'
import { headerOf, type InboundMessage } from './read-message.ts'

/** Signs that no person wrote a mail. At 3 that is decided, at 2 it is in doubt. */
export interface AutomaticSigns {
  readonly weight: number
  /** One sentence per sign, heaviest first. */
  readonly evidence: readonly string[]
  /** Whether subject or text speak of an absence. */
  readonly absence: boolean
}

export const CERTAIN = 3
export const DOUBTFUL = 2

const REPLY_SUBJECT = /^(re|aw|antw|antwort|sv|vs|rif|ris|r|odp|res|ang|回复)(\[\d{1,3}\]|\(\d{1,3}\))?\s?[:：]/iu
const FORWARD_SUBJECT = /^(fw|fwd|wg|tr|rv|i|enc|pd|vb|转发)\s?[:：]/iu

/** Headers that only programs write, each with what it means. Presence is enough. */
const MACHINE_HEADERS: readonly string[] = [
  'x-autoreply',
  'x-auto-reply',
  'x-autorespond',
  'x-autoresponder',
  'x-autoreply-from',
  'x-mail-autoreply',
  'x-vacation',
  'x-failed-recipients',
]

interface Sign {
  readonly weight: number
  readonly says: string
}

/** Whether a subject begins as a forwarded mail does. */
export function isForwardSubject(subject: string): boolean {
  return FORWARD_SUBJECT.test(subject)
}

/** Whether a subject begins as an answer does. */
export function isReplySubject(subject: string): boolean {
  return REPLY_SUBJECT.test(subject)
}

/**
 * Weighs what says that a program wrote a mail (RFC 3834, and what programs did before it). `own` is the writer's own text.
 * Pure. `Auto-Submitted` other than `no` decides alone. Words decide only with other words or with a header, and not at all
 * under a "Re:" with quoted history: people write of their holidays too.
 */
export function findAutomaticSigns(
  message: InboundMessage,
  own: { readonly text: string; readonly quoted: boolean },
  context: InboundContext,
): AutomaticSigns {
  const answersWithQuote = isReplySubject(message.subject) && own.quoted
  const words = wordSigns(message.subject, own.text.slice(0, 4000), answersWithQuote)
  const signs = [...headerSigns(message, answersWithQuote), ...senderSigns(message, context), ...words.signs]
  signs.sort((one, other) => other.weight - one.weight)
  const weight = signs.reduce((sum, sign) => sum + sign.weight, 0)
  return { weight, evidence: signs.map(({ says }) => says), absence: words.absence }
}

function headerSigns(message: InboundMessage, answersWithQuote: boolean): Sign[] {
  const signs: Sign[] = []
  const submitted = headerOf(message, 'auto-submitted')
  if (submitted !== undefined && !/^no\b/i.test(submitted)) {
    signs.push({ weight: CERTAIN, says: `The header Auto-Submitted says "${submitted.slice(0, 60)}".` })
  }
  for (const name of MACHINE_HEADERS) {
    if (message.headers.has(name)) signs.push({ weight: CERTAIN, says: `It has the header ${name}.` })
  }
  const precedence =
    headerOf(message, 'precedence')?.toLowerCase() ?? headerOf(message, 'preference')?.toLowerCase() ?? ''
  if (/^(auto_?-?reply|bulk|junk)/.test(precedence)) {
    signs.push({ weight: CERTAIN, says: `The header Precedence says "${precedence.slice(0, 20)}".` })
  }
  const machineClass = `${headerOf(message, 'x-post-messageclass') ?? ''} ${headerOf(message, 'x-fc-machinegenerated') ?? ''}`
  if (/autorespon|true/i.test(machineClass)) {
    signs.push({ weight: CERTAIN, says: 'A header of its mail program says that a machine wrote it.' })
  }
  if (message.headers.has('x-auto-response-suppress')) {
    // Some companies add it to everything that leaves.
    const weight = answersWithQuote ? 1 : DOUBTFUL
    signs.push({ weight, says: 'It asks that nothing answers automatically (X-Auto-Response-Suppress).' })
  }
  if (message.headers.has('x-ms-exchange-inbox-rules-loop') && !answersWithQuote) {
    // Exchange writes it into its notices, and into every mail that a rule of a mailbox redirects.
    signs.push({ weight: 1, says: 'It has the header x-ms-exchange-inbox-rules-loop.' })
  }
  // A person's answer through a group address has these too.
  if ([...message.headers.keys()].some((name) => /^list-(id|unsubscribe|post|help)$/.test(name))) {
    signs.push({ weight: 1, says: 'It has the headers of a mailing list.' })
  }
  return signs
}

/** Whether nobody wants an answer to it: the envelope sender of notices and reports. */
export function hasEmptySender(message: InboundMessage, { envelopeSender }: InboundContext): boolean {
  const sender = envelopeSender ?? headerOf(message, 'return-path')
  return sender !== undefined && /^(<\s*>|)$/.test(sender.trim())
}

function senderSigns(message: InboundMessage, context: InboundContext): Sign[] {
  const signs: Sign[] = []
  if (hasEmptySender(message, context)) {
    signs.push({ weight: CERTAIN, says: 'Its envelope sender is empty, as only mail systems write it.' })
  }
  const local = message.from?.split('@')[0] ?? ''
  if (/^(mailer-daemon|mail-daemon|mdaemon)$/.test(local)) {
    signs.push({ weight: CERTAIN, says: 'It comes from a mail system (MAILER-DAEMON).' })
  } else if (/^(postmaster|no-?reply|do-?not-?reply|no_reply|auto-?reply|autoresponder)\b/.test(local)) {
    signs.push({ weight: DOUBTFUL, says: `It comes from "${local.slice(0, 40)}", where nobody reads.` })
  }
  return signs
}

function wordSigns(subject: string, text: string, answersWithQuote: boolean): { signs: Sign[]; absence: boolean } {
  const signs: Sign[] = []
  const answers = isReplySubject(subject)
  const machineSubject = MACHINE_SUBJECT.test(subject)
  if (machineSubject) signs.push({ weight: CERTAIN, says: 'Its subject begins as notices do.' })
  const inSubject = !answers && ABSENCE_PHRASE.test(subject)
  if (inSubject) signs.push({ weight: DOUBTFUL, says: 'Its subject speaks of an absence.' })
  const inText = ABSENCE_PHRASE.test(text)
  if (inText && !answersWithQuote) {
    signs.push({ weight: answers ? 1 : DOUBTFUL, says: 'Its text speaks of an absence.' })
    if (NOTICE_PHRASE.test(text)) signs.push({ weight: 1, says: 'Its text tells what to do meanwhile.' })
  }
  if (MACHINE_TEXT.test(text)) {
    const weight = answersWithQuote ? 1 : answers ? DOUBTFUL : CERTAIN
    signs.push({ weight, says: 'Its text says that it was written automatically.' })
  }
  return { signs, absence: inSubject || inText }
}
