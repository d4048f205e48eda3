import type { RecipientReport } from './judge-delivery.ts'

/**
 * What a mail that came in may point at. Anybody can write these: a key means nothing until the caller has found the mail of
 * ours that it names (and, for a bounce address, has checked its mark).
 */
export interface CorrelationKeys {
  /** Addresses of ours below the bounce address, lower case (VERP): `bounces+…@mail.example.com`. */
  readonly bounceAddresses: readonly string[]
  /** Addresses of ours at or below the unsubscribe address, lower case. */
  readonly unsubscribeAddresses: readonly string[]
  /** Of the mail itself; undefined when it has none. */
  readonly messageId: string | undefined
  /** Message-IDs with angle brackets, as they stand there. */
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  /** Of the mail that is reported about, from the copy or the fields of the report. */
  readonly originalMessageIds: readonly string[]
  /** RFC 3464, 2.2.1: the ENVID we gave. */
  readonly originalEnvelopeIds: readonly string[]
  /** Addresses the report is about, lower case. */
  readonly recipients: readonly string[]
}

interface Shared {
  /** Plain sentences: what decided, most decisive first. Never empty. */
  readonly evidence: readonly string[]
  readonly keys: CorrelationKeys
}

/** What an incoming mail is. */
export type Classification =
  | (Shared & {
      readonly kind: 'human_reply'
      /** Address in From, lower case; anybody can write one. */
      readonly from: string
      /** What the person wrote, without the quoted mail and signature; at most 20 000 characters. */
      readonly ownText: string
    })
  | (Shared & {
      readonly kind: 'out_of_office'
      /** As `readReturnDate` says; `undefined` when none is named or it can be read in two ways. */
      readonly returnDate: Temporal.PlainDate | undefined
    })
  | (Shared & { readonly kind: 'automatic_reply' })
  | (Shared & { readonly kind: 'bounce'; readonly recipients: readonly RecipientReport[] })
  | (Shared & {
      readonly kind: 'complaint'
      /** Feedback-Type of RFC 5965 in lower case: `abuse`, `fraud`, `opt-out` … */
      readonly feedbackType: string
    })
  | (Shared & {
      readonly kind: 'disposition'
      /** Disposition-Type of RFC 8098 in lower case: `displayed`, `deleted` …; empty when it is missing. */
      readonly disposition: string
    })
  | (Shared & { readonly kind: 'unsubscribe_request' })
  | (Shared & { readonly kind: 'unknown' })

export type MessageKind = Classification['kind']

/** What the caller knows beside the bytes. */
export interface InboundContext {
  /** Day of arrival where the mailbox is; years and weekdays of a notice are read from here. */
  readonly receivedOn: Temporal.PlainDate
  /** RCPT TO, when the caller knows it; it then decides alone whether this is mail to the unsubscribe address. */
  readonly envelopeRecipient?: string | undefined
  /** MAIL FROM, when the caller knows it; empty for the null sender. Otherwise Return-Path is read. */
  readonly envelopeSender?: string | undefined
  /** Without a mark: `unsubscribe@mail.example.com`. Also `unsubscribe+…@` counts. */
  readonly unsubscribeAddress: string
  /** Without a mark: `bounces@mail.example.com`. */
  readonly bounceAddress: string
}
