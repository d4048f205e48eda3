/** One mail to one recipient, its bytes frozen before. */
export interface Mail {
  readonly envelopeFrom: string
  /** Exactly one: partial acceptance would be a second ambiguity. */
  readonly recipient: string
  readonly mime: Buffer
}

/**
 * What became of an attempt. `not_sent`: nothing reached the server (connection, greeting, or the gate said no);
 * `unknown`: the one moment nobody can know, after the content began and before the server's answer.
 */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly response: string }
  | {
      readonly kind: 'refused'
      readonly permanent: boolean
      readonly code: number
      readonly response: string
      readonly atRecipient: boolean
    }
  | {
      readonly kind: 'not_sent'
      readonly reason: 'gate_closed' | 'unreachable' | 'misconfigured'
      readonly detail: string
    }
  | { readonly kind: 'unknown'; readonly detail: string }

/**
 * Hands a mail to the server at most once. `gate` is asked inside the first read of the message, when the server has said yes
 * to sender and recipient and before the first byte of content: the compare-and-set that fences out a worker whose claim is
 * gone. No retry happens inside, but for one: a kept connection that turns out dead before the gate was asked is replaced by a
 * new one. The gate is asked once at most.
 */
export interface Mailer {
  send(mail: Mail, gate: () => Promise<boolean>): Promise<SendOutcome>
  /** `undefined` when the server answers, else a sentence naming it and what is wrong. */
  check(): Promise<string | undefined>
  /** Ends every connection, idle or busy; nothing is sent afterwards. */
  close(): Promise<void>
}
