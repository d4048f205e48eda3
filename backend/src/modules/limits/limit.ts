/**
 * What mails are counted by: the mailbox or the domain they come from, the domain they go to, the portal, the sequence, the
 * contact, or the contacts of one company in one deal.
 */
export type LimitScope =
  | 'mailbox'
  | 'sending_domain'
  | 'recipient_domain'
  | 'portal'
  | 'sequence'
  | 'contact'
  | 'company_in_deal'

/** `hour` and `day` begin with the clock of the portal's time zone; `rolling` looks back from every moment. */
export type LimitWindow =
  | { readonly kind: 'hour' }
  | { readonly kind: 'day' }
  /** An exact time (hours, minutes, seconds), longer than nothing. */
  | { readonly kind: 'rolling'; readonly span: Temporal.Duration }

/**
 * At most `max` mails per window and key, 1 at least: who wants none stops sending. A spacing is a limit too: one mail in a
 * rolling window.
 */
export interface Limit {
  readonly scope: LimitScope
  /** Whom it is for, an address for example; absent: everybody of the scope. */
  readonly key?: string
  readonly max: number
  /** Of a clock hour or day that begins then, where it is not always `max`: a mailbox that is ramped up has more each day. */
  readonly maxAt?: (begin: Temporal.Instant) => number
  readonly window: LimitWindow
}

/** Mails that count against a limit at one moment: when the server took them, or now for those on their way. */
export interface Counted {
  readonly at: Temporal.Instant
  readonly count: number
}

/** What was counted, by `usageKey`, in any order. */
export type Usage = ReadonlyMap<string, readonly Counted[]>

/** The key of what was counted: a scope and whom it means there (an address, a domain, an id). */
export function usageKey(scope: LimitScope, key: string): string {
  return `${scope} ${key}`
}
