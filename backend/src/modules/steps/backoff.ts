/** Minutes after the first, second, … refusal; the last one repeats. */
const REFUSED_MINUTES = [1, 5, 30, 120, 360]

const MINUTE = 60_000
const LONGEST = 30 * MINUTE

/** When to hand over a mail again that the server refused for now. `attempts` counts the refusals, from 1. */
export function afterRefusal(now: Temporal.Instant, attempts: number, random: () => number): Temporal.Instant {
  const minutes = REFUSED_MINUTES[Math.min(attempts, REFUSED_MINUTES.length) - 1] ?? 1
  return now.add({ milliseconds: jittered(minutes * MINUTE, random) })
}

/**
 * When to try again what failed for a reason outside the mail (server or HubSpot out of reach): the wait grows with the time
 * since `since`, from one minute to half an hour, so that no count of attempts is needed. Never earlier than `atLeastMs`.
 */
export function afterOutage(
  now: Temporal.Instant,
  since: Temporal.Instant,
  random: () => number,
  atLeastMs = 0,
): Temporal.Instant {
  const elapsed = now.epochMilliseconds - since.epochMilliseconds
  const wait = Math.min(Math.max(elapsed / 2, MINUTE), LONGEST)
  return now.add({ milliseconds: Math.max(jittered(wait, random), Math.min(atLeastMs, LONGEST)) })
}

/** Up to a quarter more, so that what failed together does not come back together. */
function jittered(ms: number, random: () => number): number {
  return Math.round(ms * (1 + random() / 4))
}
