import { tidy } from '#mail/classify-failure.ts'

/**
 * What a report means for us. `hard`: this address will not take mail. `soft`: it did not now; count it. `ours`: we were
 * refused (policy, authentication, content), the address is not at fault. `delayed`: still being tried. `delivered`: no failure.
 */
export type DeliveryVerdict = 'hard' | 'soft' | 'ours' | 'delayed' | 'delivered'

/** What a report says about one recipient, as it was read. */
export interface DeliveryFields {
  /** Lower case; the address at the end. */
  readonly finalRecipient: string | undefined
  /** Lower case; the address we wrote to, when the report says it. */
  readonly originalRecipient: string | undefined
  /** RFC 3464, 2.3.3, lower case; empty when it is missing. */
  readonly action: string
  /** RFC 3463: "5.1.1"; `undefined` when none was given. */
  readonly status: string | undefined
  readonly diagnostic: string | undefined
}

export interface RecipientReport extends DeliveryFields {
  readonly verdict: DeliveryVerdict
  /** Whether the address goes on the do-not-mail list: only for RFC 3463's codes for a bad address. */
  readonly suppress: boolean
  readonly why: string
}

/** Bad mailbox, bad domain, bad syntax, null MX (RFC 3463, 3.2; RFC 7505): nobody will ever read mail there. */
const NO_SUCH_ADDRESS = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.10'])
/** Gmail's codes for missing SPF, DKIM, TLS, PTR or DMARC while it still says "later". */
const OUR_AUTHENTICATION = new Set(['4.7.23', '4.7.27', '4.7.29', '4.7.30', '4.7.31', '4.7.32'])
const FULL = /quota|mailbox (is )?full|over ?quota|insufficient (system )?storage|storage limit|mailbox size/i
const NOBODY =
  /(user|recipient|mailbox|account|address|alias)( \S{1,80}| is| was| has| name){0,3} (unknown|not found|does(n't| not) exist|unavailable|disabled|invalid|rejected)|(unknown|no such|invalid|nonexistent) (local )?(user|recipient|mailbox|account|address|domain)|no mailbox here|host (unknown|not found)|domain not found/i
const POLICY =
  /spam|blacklist|blocklist|block list|blocked|listed (at|by|in|on)|spamhaus|policy|dmarc|dkim|\bspf\b|unsolicited|reputation|not authorized|authentication/i

/** What one recipient's fields mean. Pure. Code first (Status, then the one in Diagnostic-Code), words only without a code. */
export function judgeDelivery(fields: DeliveryFields): RecipientReport {
  if (fields.action === 'delayed') {
    return { ...fields, verdict: 'delayed', suppress: false, why: 'The mail server is still trying.' }
  }
  const diagnostic = tidy(fields.diagnostic ?? '')
  const status = preciseStatus(fields.status, diagnostic)
  // Class 2 is success (RFC 3463, 3.1): Postfix reports "deliverable" with it, an action that the RFC does not know.
  const succeeded = fields.action !== 'failed' && status?.startsWith('2.')
  if (succeeded || ['delivered', 'relayed', 'expanded'].includes(fields.action)) {
    return { ...fields, verdict: 'delivered', suppress: false, why: 'The mail went through.' }
  }
  const judged = status ? judgeStatus(status, diagnostic) : judgeWords(diagnostic)
  return { ...fields, status, diagnostic: diagnostic || undefined, ...judged }
}

type Judged = Pick<RecipientReport, 'verdict' | 'suppress' | 'why'>

function judgeStatus(status: string, diagnostic: string): Judged {
  const [kind = '', subject = ''] = status.split('.')
  if (NO_SUCH_ADDRESS.has(status)) {
    return { verdict: 'hard', suppress: true, why: `The address does not exist (${status}).` }
  }
  if (status.startsWith('5.7.') || OUR_AUTHENTICATION.has(status)) return ours(`Our mail was refused (${status}).`)
  if (status === '5.2.2') return soft('The mailbox is full (5.2.2).')
  if (['5.2.3', '5.3.4'].includes(status) || status.startsWith('5.6.')) {
    return ours(`Our mail was too large or could not be read there (${status}).`)
  }
  if (kind === '4') return soft(`The mail could not be delivered for now (${status}).`)
  // "x.0.0" says nothing but the class; then the words may.
  if (subject === '0') return judgeWords(diagnostic, status)
  return hard(`The mail was refused for good (${status}).`)
}

function judgeWords(diagnostic: string, status?: string): Judged {
  const code = status ?? /(?:^|\s|\()([45]\d\d)(?=[\s-])/.exec(diagnostic)?.[1]
  const named = code ? ` (${code})` : ''
  if (FULL.test(diagnostic) || code === '552') return soft(`The mailbox is full${named}.`)
  if (NOBODY.test(diagnostic)) return hard(`The report says that there is no such recipient${named}.`)
  if (POLICY.test(diagnostic)) return ours(`Our mail was refused by a rule there${named}.`)
  if (code?.startsWith('4')) return soft(`The mail could not be delivered for now${named}.`)
  if (code?.startsWith('5')) return hard(`The mail was refused for good${named}.`)
  return soft('The mail was not delivered; the report gives no code.')
}

/** Status, unless it is missing or only the class ("5.0.0") and the diagnostic has a better one. */
function preciseStatus(status: string | undefined, diagnostic: string): string | undefined {
  const given = enhancedCode(status ?? '')
  if (given && !/\.0\.0$/.test(given)) return given
  return enhancedCode(diagnostic) ?? given
}

/** RFC 3463's class.subject.detail, not a piece of an IP address or version. */
function enhancedCode(text: string): string | undefined {
  const found = /(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)/.exec(text)
  return found ? `${found[1]}.${Number(found[2])}.${Number(found[3])}` : undefined
}

function hard(why: string): Judged {
  return { verdict: 'hard', suppress: false, why }
}

function soft(why: string): Judged {
  return { verdict: 'soft', suppress: false, why }
}

function ours(why: string): Judged {
  return { verdict: 'ours', suppress: false, why }
}
