import type { Actor } from '#core/context.ts'

/** Who somebody is when two people are told apart: the login address in lower case, else HubSpot's user id. Pure. */
export function personOf(actor: Actor): string {
  if (actor.kind !== 'user') return actor.kind
  return actor.email?.toLowerCase() ?? `user ${actor.userId}`
}
