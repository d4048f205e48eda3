/**
 * For how long a portal's timeline entries gather before they are written, so that a busy portal spends one call in a while on
 * its timeline and not every third one: HubSpot's limit is shared with the reads that mails wait for.
 */
export const GATHER = Temporal.Duration.from({ seconds: 3 })
