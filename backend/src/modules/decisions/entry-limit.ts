/**
 * An entry that could have been decided longer ago than this enrolls nobody on its own: the account was away, and the
 * conversation has gone on without us. As long as dead events are revived.
 */
export const ENTRY_LIMIT = Temporal.Duration.from({ hours: 24 })
