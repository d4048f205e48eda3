import type { Pause } from '#modules/enrollments/pause-running.ts'
import type { OnReply, StopReason } from '#shared/vocabulary.ts'

/** What a reply does to one running enrollment. */
export type ReplyEffect =
  | { readonly kind: 'stop'; readonly reason: StopReason }
  | { readonly kind: 'pause'; readonly pause: Pause }
  | { readonly kind: 'none' }

/**
 * A person answered: what runs for the contact ends, through whatever deal, and what runs for the deal's other contacts does
 * what the answered sequence says; without its word it stops. Pure.
 */
export function decideReply(
  running: { readonly contactId: string },
  { contactId, onReply = 'stop_others' }: { readonly contactId: string; readonly onReply: OnReply | undefined },
): ReplyEffect {
  if (running.contactId === contactId) return { kind: 'stop', reason: 'replied' }
  if (onReply === 'stop_others') return { kind: 'stop', reason: 'other_replied' }
  if (onReply === 'pause_others') return { kind: 'pause', pause: { reason: 'other_replied', until: null } }
  return { kind: 'none' }
}
