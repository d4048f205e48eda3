import type { Clock, Sleep } from '#core/clock.ts'

/** What the app has before it. */
export interface Workload {
  /** Nothing is due or in somebody's hands. */
  readonly quiet: boolean
  /** The next planned step after now; null: none. */
  readonly nextStepAt: Temporal.Instant | null
}

export interface MoveParts {
  readonly clock: Clock
  /** Moves the clock of every process; resolves when all have it. */
  readonly jump: (to: Temporal.Instant) => Promise<void>
  readonly look: () => Promise<Workload>
  readonly sleep: Sleep
}

/** Milliseconds between two looks at an app that works: as long as its workers rest. */
const PAUSE_MS = 100
/** With the pause about half a minute of real time: longer nobody waits for a button. */
const MOST_PAUSES = 300

/**
 * Moves the clock forward to `target` as time would: it stops at every step that is due on the way, and waits there until the
 * app has done it. One jump over all of them would make every mail late and lose the leases of what is under way. False when
 * the app was still busy after half a minute; the clock then stands where it got to, and may be moved on from there.
 */
export async function moveClock(parts: MoveParts, target: Temporal.Instant): Promise<boolean> {
  const { clock, jump, look, sleep } = parts
  for (let pauses = 0; pauses < MOST_PAUSES; ) {
    const { quiet, nextStepAt } = await look()
    if (!quiet) {
      pauses++
      await sleep(PAUSE_MS)
      continue
    }
    if (Temporal.Instant.compare(clock(), target) >= 0) return true
    const stopsBefore = nextStepAt !== null && Temporal.Instant.compare(nextStepAt, target) < 0
    await jump(stopsBefore ? nextStepAt : target)
  }
  return false
}
