import { cleanLine } from './clean-text.ts'
import type { SendOutcome } from './mailer.ts'

/** The parts of a nodemailer error that mean something; `code` alone cannot tell "not sent" from "maybe sent". */
export interface SmtpFailure {
  readonly message: string
  readonly code: string | undefined
  readonly command: string | undefined
  readonly response: string | undefined
  /** The server's own reply; a complete 4xx or 5xx reply is a definite no at every stage (RFC 5321, 4.2.1). */
  readonly responseCode: number | undefined
}

/** Where the attempt stood when it failed. */
export interface AttemptState {
  /** `never`: no content was released. `closed`: we withdrew. `open`: content may have left. */
  readonly gate: 'never' | 'closed' | 'open'
  /** host:port, for the sentence. */
  readonly server: string
}

const TLS_OR_LOGIN = new Set(['EAUTH', 'ENOAUTH', 'ETLS', 'EREQUIRETLS'])

/** What a failed attempt means. Pure. */
export function classifyFailure(failure: SmtpFailure, attempt: AttemptState): SendOutcome {
  if (attempt.gate === 'closed') {
    return { kind: 'not_sent', reason: 'gate_closed', detail: 'The claim was no longer valid.' }
  }
  if (isMisconfigured(failure)) {
    return { kind: 'not_sent', reason: 'misconfigured', detail: sentence(failure, attempt.server) }
  }
  const code = failure.responseCode ?? ownRefusal(failure)
  if (code !== undefined && code >= 400 && code < 600 && (attempt.gate === 'open' || isAboutTheMail(failure))) {
    return {
      kind: 'refused',
      permanent: code >= 500,
      code,
      response: tidy(failure.response ?? failure.message),
      atRecipient: failure.command === 'RCPT TO',
    }
  }
  if (attempt.gate === 'never') {
    return { kind: 'not_sent', reason: 'unreachable', detail: sentence(failure, attempt.server) }
  }
  return { kind: 'unknown', detail: sentence(failure, attempt.server) }
}

function isMisconfigured(failure: SmtpFailure): boolean {
  if (!TLS_OR_LOGIN.has(failure.code ?? '')) return false
  // 4xx to a login is the server's bad moment, not our password.
  return failure.responseCode === undefined || failure.responseCode >= 500
}

/** What nodemailer refuses before asking: a message above the server's SIZE (552), an address it will not write (553). */
function ownRefusal(failure: SmtpFailure): number | undefined {
  if (failure.code === 'EMESSAGE' && failure.command === 'MAIL FROM') return 552
  if (failure.code === 'EENVELOPE' && failure.command === 'API') return 553
  return undefined
}

/** A refusal of the session (greeting, EHLO, login, 421) says nothing about this mail: the next one would hear it too. */
function isAboutTheMail(failure: SmtpFailure): boolean {
  if (failure.responseCode === 421) return false
  return ['MAIL FROM', 'RCPT TO', 'DATA', 'API'].includes(failure.command ?? '')
}

function sentence(failure: SmtpFailure, server: string): string {
  return `${server}: ${tidy(failure.message)}`
}

/** One line, bounded, without control characters: it goes into a column, which refuses a NUL byte, and onto a card. */
export function tidy(text: string): string {
  return cleanLine(text).slice(0, 500)
}
