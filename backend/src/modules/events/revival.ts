import { ENTRY_LIMIT } from '#modules/decisions/entry-limit.ts'

/** The lane whose turn re-runs events that died while HubSpot was away. */
export const REVIVAL_LANE = 'revival'

/** How long HubSpot gets before dead events are tried again. */
export const REVIVAL_DELAY = Temporal.Duration.from({ minutes: 15 })

/** Older events wait for a person: a mail that late may no longer make sense. */
export const REVIVAL_LIMIT = ENTRY_LIMIT
