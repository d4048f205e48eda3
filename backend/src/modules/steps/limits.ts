/** Runs claimed in one pass (performance: 100 is where the claim rate levels off). */
export const BATCH = 100

/** Runs settled in one transaction: it holds the portal's lane, so it must stay short. */
export const SETTLE_TOGETHER = 25

/** Mails on their way at the same time within one pass. */
export const CONCURRENT_MAILS = 10

/** How often a mail that the server refused for now is handed over at most. */
export const MAX_ATTEMPTS = 6

/** A mail whose stage check HubSpot did not answer for this long waits for a person. */
export const MAX_UNCHECKED = Temporal.Duration.from({ hours: 24 })

/** When a step of something paused is looked at again, should nobody wake it earlier. */
export const PAUSED_RECHECK = Temporal.Duration.from({ minutes: 5 })
