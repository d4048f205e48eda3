/** How many looks are made at which distance, in minutes; the last distance repeats. */
const DISTANCES = [
  { looks: 12, minutes: 5 },
  { looks: 92, minutes: 15 },
] as const
const SELDOM_MINUTES = 60

/**
 * When HubSpot is asked next whether a task is done, after `looks` looks: every 5 minutes in the first hour, every 15 on the
 * first day, then hourly; and at the moment when it times out. Pure.
 */
export function nextLook(now: Temporal.Instant, looks: number, timesOutAt: Temporal.Instant | null): Temporal.Instant {
  const at = now.add({ minutes: distance(looks) })
  return timesOutAt && Temporal.Instant.compare(timesOutAt, at) < 0 ? timesOutAt : at
}

function distance(looks: number): number {
  let first = 0
  for (const { looks: count, minutes } of DISTANCES) {
    first += count
    if (looks < first) return minutes
  }
  return SELDOM_MINUTES
}
