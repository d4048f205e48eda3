/** How long after its time a step still makes sense, where nobody said otherwise. */
export const SENSIBLE_FOR = Temporal.Duration.from({ hours: 24 })

export interface Lateness {
  /** When the sequence wanted it sent. Tries that failed and outages do not move this. */
  readonly plannedFor: Temporal.Instant
  /** Until when a limit, a pause, a stop or a window made it wait; null when none did. Waiting on purpose is not being late. */
  readonly waitedUntil: Temporal.Instant | null
  /** When a person said "send it anyway"; null when nobody did. */
  readonly approvedAt: Temporal.Instant | null
  /** How long it makes sense after its time; `SENSIBLE_FOR` by default. */
  readonly sensibleFor?: Temporal.Duration
}

/**
 * Whether a due step still makes sense now. After a long outage or a restored backup steps are days late, and a person has to
 * look before they go. An approval holds as long again as the step made sense. Pure.
 */
export function isStillSensible(step: Lateness, now: Temporal.Instant): boolean {
  const begins = [step.plannedFor, step.waitedUntil, step.approvedAt]
    .filter((moment) => moment !== null)
    .sort(Temporal.Instant.compare)
  const latest = begins.at(-1) ?? step.plannedFor
  return Temporal.Instant.compare(now, latest.add(step.sensibleFor ?? SENSIBLE_FOR)) < 0
}
