import type { SendWindow } from '#shared/contract/schedule.ts'

/**
 * The first of these moments that lies in no window, as its place in the list; -1 when all do, or when any time will do. Reads
 * the clock on the wall and nothing else, so that it does not believe what the scheduler believes. Pure.
 */
export function findOutsideWindows(
  windows: readonly SendWindow[] | null,
  moments: readonly Temporal.ZonedDateTime[],
): number {
  if (windows === null) return -1
  return moments.findIndex((moment) => {
    const time = moment.toPlainTime().toString({ smallestUnit: 'minute' })
    return !windows.some(
      ({ weekday, from, until }) => weekday === moment.dayOfWeek && from <= time && (until === '24:00' || time < until),
    )
  })
}
