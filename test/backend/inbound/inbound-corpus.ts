import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { InboundContext, MessageKind } from '#modules/inbound/classification.ts'

const CORPORA = path.join(import.meta.dirname, '../../corpora')

/** A mail of our own corpus, and what it is. */
export interface WrittenMail {
  readonly file: string
  readonly kind: MessageKind
  readonly receivedOn: string
  /** Of an absence: the day, or null for none. */
  readonly returnDate?: string | null
  /** Of a person: the text, where it is fixed. */
  readonly ownText?: string | null
}

/** Our own replies and notices with what each is (test/corpora/replies/expected.json). */
export function writtenMails(): WrittenMail[] {
  const mails: WrittenMail[] = JSON.parse(readFileSync(path.join(CORPORA, 'replies/expected.json'), 'utf8'))
  return mails
}

export function readWritten(file: string): Buffer {
  return readFileSync(path.join(CORPORA, 'replies', file))
}

/** The files of the collected bounces, sorted: `bsd/lhost-postfix-01.eml`. */
export function collectedMails(): string[] {
  return globSync('*/*.eml', { cwd: path.join(CORPORA, 'dsn-bounces/maildir') }).sort()
}

export function readCollected(file: string): Buffer {
  return readFileSync(path.join(CORPORA, 'dsn-bounces/maildir', file))
}

export function inboundContext(receivedOn = '2026-05-04'): InboundContext {
  return {
    receivedOn: Temporal.PlainDate.from(receivedOn),
    unsubscribeAddress: 'unsubscribe@mail.example.com',
    bounceAddress: 'bounces@mail.example.com',
  }
}

/** A mail from header lines and a text. */
export function mailOf(headers: readonly string[], text: string): Buffer {
  return Buffer.from(`${headers.join('\r\n')}\r\n\r\n${text.replaceAll('\n', '\r\n')}`)
}
