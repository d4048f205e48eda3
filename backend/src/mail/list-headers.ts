import { encodeWord } from 'nodemailer/lib/mime-funcs'
import { AppError } from '#core/errors.ts'
import { cleanLine } from './clean-text.ts'

/** The stream of mails that a mail belongs to: one sequence of one portal. */
export interface MailList {
  readonly sequenceId: string
  readonly sequenceName: string
  readonly portalId: number
  /** The sending domain. */
  readonly domain: string
}

export interface UnsubscribeWays {
  /** The one-click link, https. */
  readonly url: string
  /** An address whose local part names the recipient's enrollment; a mail to it unsubscribes. Undefined: nobody would read it. */
  readonly address: string | undefined
}

/** A header whose value is complete: nodemailer folds it at most. */
export interface PreparedHeader {
  readonly prepared: true
  readonly foldLines: boolean
  readonly value: string
}

/** Gmail's sender id of the whole product: 5 to 15 characters, the same in every mail. */
const FEEDBACK_SENDER = 'stagecue'
const PHRASE_LENGTH = 100

/**
 * The headers that let mailbox providers offer "unsubscribe" and tell streams of mail apart. Pure.
 * - List-Unsubscribe (RFC 2369): the https link first, because the order is ours to choose and only the link is one click
 *   (RFC 8058); then the address, for programs that cannot open links.
 * - List-Id (RFC 2919): `<sequence.portal.domain>`, with the sequence's name before it.
 * - Feedback-ID: Gmail counts complaints by each of its fields (support.google.com/mail/answer/6254652); no field may name a
 *   recipient, and the same value may not stand in two fields.
 * Throws `AppError('internal')` for a link, an address or a list id that cannot stand in a header.
 */
export function listHeaders(list: MailList, unsubscribe: UnsubscribeWays): Record<string, PreparedHeader> {
  const url = checked(unsubscribe.url)
  const mailto = unsubscribe.address && checked(`mailto:${unsubscribe.address}?subject=unsubscribe`)
  const id = checked(`${list.sequenceId}.${list.portalId}.${list.domain}`)
  return {
    'List-Unsubscribe': prepared(mailto ? `<${url}>,\r\n <${mailto}>` : `<${url}>`),
    'List-Unsubscribe-Post': prepared('List-Unsubscribe=One-Click'),
    'List-Id': { ...prepared([phrase(list.sequenceName), `<${id}>`].filter(Boolean).join(' ')), foldLines: true },
    'Feedback-ID': prepared(checked(`${list.sequenceId}:${list.portalId}:${FEEDBACK_SENDER}`)),
  }
}

function prepared(value: string): PreparedHeader {
  return { prepared: true, foldLines: false, value }
}

/** Nothing else may stand between angle brackets: no blank, no bracket, no control character, ASCII only. */
function checked(text: string): string {
  if (/^[\x21-\x3b\x3d\x3f-\x7e]+$/.test(text)) return text
  throw new AppError('internal', 'An unsubscribe link or a list id cannot stand in a mail header.')
}

/** A quoted string, or encoded words (RFC 2047) where the name is more than ASCII. */
function phrase(name: string): string {
  const line = Array.from(cleanLine(name)).slice(0, PHRASE_LENGTH).join('').trim()
  if (!line) return ''
  // What looks like an encoded word is encoded itself, or a mail program would decode it.
  if (/^[\x20-\x7e]*$/.test(line) && !line.includes('=?')) return `"${line.replace(/["\\]/g, '\\$&')}"`
  return encodeWord(line, 'B', 52)
}
