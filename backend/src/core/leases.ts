/** For how long claimed work belongs to its worker: long enough for the slowest honest pass, and what a crash delays it. */
export interface Leases {
  /** A turn of deals: two reads with retries and one transaction. */
  readonly events: Temporal.Duration
  /** A batch of step runs. */
  readonly steps: Temporal.Duration
  /** A mail's content is not begun with less than this left, so that the server's answer comes within the lease. */
  readonly stepsReserve: Temporal.Duration
  /** A portal's timeline. */
  readonly timeline: Temporal.Duration
  /** No call for the timeline starts with less than this left: longer than any single call with its retries. */
  readonly timelineReserve: Temporal.Duration
}

export const LEASES: Leases = {
  events: Temporal.Duration.from({ minutes: 2 }),
  steps: Temporal.Duration.from({ minutes: 2 }),
  stepsReserve: Temporal.Duration.from({ seconds: 30 }),
  timeline: Temporal.Duration.from({ minutes: 5 }),
  timelineReserve: Temporal.Duration.from({ minutes: 2 }),
}
