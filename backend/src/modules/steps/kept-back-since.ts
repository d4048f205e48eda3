import type { ClaimedRun } from './claim-repository.ts'
import type { RunState } from './state-repository.ts'

/**
 * Since when nothing but a failure keeps a run back. An enrollment may have reached its step days ago: what waited for its
 * sending hours, a limit or a pause is only due since then. Pure.
 */
export function keptBackSince(
  { plannedFor }: Pick<ClaimedRun, 'plannedFor'>,
  { reachedAt, waitedUntil }: Pick<RunState, 'reachedAt' | 'waitedUntil'>,
): Temporal.Instant {
  return [reachedAt, plannedFor, waitedUntil ?? plannedFor].reduce((one, other) =>
    Temporal.Instant.compare(one, other) < 0 ? other : one,
  )
}
