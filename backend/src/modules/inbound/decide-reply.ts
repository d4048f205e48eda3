import type { Pause } from '#modules/enrollments/pause-running.ts'
import type { OnReply, StopReason } from '#shared/vocabulary.ts'

/** What a reply does to one running enrollment. */
export type ReplyEffect =
  | { readonly kind: 'stop'; readonly reason: StopReason }
  | { readonly kind: 'pause'; readonly pause: Pause }
  | { readonly kind: 'none' }

export interface GivenReply {
  /** Who was written to. */
  readonly contactId: string
  readonly onReply: OnReply | undefined
  /** Who answered; null for somebody we do not know. Absent: the contact who was written to. */
  readonly repliedBy?: string | null
}

/**
 * A person answered: what runs for the contact who was written to ends, through whatever deal, also when somebody else answered, and so
 * does what runs for who answered. What runs for the deal's other contacts does what the answered sequence says; without its word it
 * stops. Pure.
 */
export function decideReply(running: { readonly contactId: string }, given: GivenReply): ReplyEffect {
  const { contactId, onReply = 'stop_others', repliedBy = contactId } = given
  if (running.contactId === repliedBy) return { kind: 'stop', reason: 'replied' }
  const reason = repliedBy === null ? 'someone_replied' : 'other_replied'
  if (running.contactId === contactId || onReply === 'stop_others') return { kind: 'stop', reason }
  if (onReply === 'pause_others') return { kind: 'pause', pause: { reason, until: null } }
  return { kind: 'none' }
}
