import type { NumbersQuery } from '#shared/contract/numbers.ts'

export interface Period {
  readonly from: Temporal.Instant
  /** Not part of it. */
  readonly to: Temporal.Instant
}

/** Moving forward counts within so many days of entering a stage. */
export const ADVANCE_DAYS = 14

/** The last `days` days of 24 hours until now, 30 unless told. */
export function periodOf({ days = '30' }: NumbersQuery, now: Temporal.Instant): Period {
  return { from: now.subtract({ hours: 24 * Number(days) }), to: now }
}
