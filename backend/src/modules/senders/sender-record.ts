/** A sender as it is stored, and whether its domain's DNS names the portal. */
export interface SenderRecord {
  readonly id: string
  /** Null: the account's own. */
  readonly address: string | null
  readonly fromName: string | null
  readonly replyTo: string | null
  readonly signature: string
  readonly smtpHost: string | null
  readonly smtpPort: number | null
  readonly smtpTls: 'tls' | 'starttls' | null
  readonly smtpUser: string | null
  /** Sealed. */
  readonly smtpPassword: string | null
  /** Where answers arrive; null: its mailbox is not read. */
  readonly imapHost: string | null
  readonly imapPort: number | null
  readonly imapTls: 'tls' | 'starttls' | null
  readonly imapUser: string | null
  /** Sealed. */
  readonly imapPassword: string | null
  /** Why the mailbox could not be read last. */
  readonly imapProblem: string | null
  /** Mails in it that were given up, and the last one when and why. */
  readonly imapPassedOver: number
  readonly imapPassedOverAt: Temporal.Instant | null
  readonly imapPassedOverWhy: string | null
  readonly dailyCap: number | null
  readonly rampStart: number | null
  readonly rampStep: number | null
  readonly rampSince: Temporal.Instant | null
  readonly active: boolean
  readonly isDefault: boolean
  /** Why its own mail server could not be used last. */
  readonly problem: string | null
  readonly proven: boolean
}
