/** Tries of a failing event before it is put aside (behavior IL-69). */
export const MAX_TRIES = 3

const BASE_MS = 15_000
const FACTOR = 5

/**
 * How long to wait after the `failures`-th failure, in milliseconds: 15 s, then 75 s, each with up to a third more by
 * jitter, so that what failed together does not come back together. `random` is in [0, 1).
 */
export function backoffMs(failures: number, random: number): number {
  return Math.round(BASE_MS * FACTOR ** (failures - 1) * (1 + random / 3))
}
