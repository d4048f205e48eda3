import type { Actor } from '#core/context.ts'

/** The actor as a row remembers it: a user's e-mail address or id, otherwise what kind it is. Pure. */
export function nameOf(actor: Actor): string {
  if (actor.kind !== 'user') return actor.kind
  return actor.email ?? `user ${actor.userId}`
}
