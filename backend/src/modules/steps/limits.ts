/** Runs claimed in one pass (performance: 100 is where the claim rate levels off). */
export const BATCH = 100

/** How often a pass claims again because a step that is done at once may have led to another one; then other portals have their turn. */
export const MAX_HOPS = 5

/** Runs settled in one transaction: it holds the portal's lane, so it must stay short. */
export const SETTLE_TOGETHER = 25

/** Mails on their way at the same time within one pass. */
export const CONCURRENT_MAILS = 10

/** How often a mail that the server refused for now is handed over at most. */
export const MAX_ATTEMPTS = 6

/**
 * What HubSpot told younger than this, with no news of the deal waiting, need not be asked for again: the step
 * that follows a stage entry at once would ask what the entry's decision was just told. Half a second, so that what changed a
 * second before the mail is seen also where nobody tells us of it.
 */
export const KNOWN_FOR = Temporal.Duration.from({ milliseconds: 500 })

/** Whoever sends a mail once more is taken to have looked at its deal for this long; later HubSpot is asked as for every mail. */
export const JUST_LOOKED = Temporal.Duration.from({ minutes: 10 })

/** A mail's content begins at most this long after HubSpot was asked about it; later it is asked again. */
export const SEND_WITHIN = Temporal.Duration.from({ seconds: 5 })

/** A mail whose stage check HubSpot did not answer for this long waits for a person. */
export const MAX_UNCHECKED = Temporal.Duration.from({ hours: 24 })

/** Errors of its own, in a row and of a kind nobody expected, after which a step waits for a person: some two and a half hours. */
export const MAX_FAULTS = 5

/** When a step of something paused is looked at again, should nobody wake it earlier. */
export const PAUSED_RECHECK = Temporal.Duration.from({ minutes: 5 })
