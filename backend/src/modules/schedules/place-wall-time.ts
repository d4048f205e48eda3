/** Where a wall-clock time lies, and whether the clock shows it once, never or twice that day. */
export interface PlacedTime {
  readonly at: Temporal.Instant
  readonly clock: 'once' | 'skipped' | 'repeated'
}

/**
 * The moment at which the clock of a zone shows `local`: the first of two when it went back, the first existing moment after
 * it when it went forward. (Temporal's own choice in a gap adds the gap's length: 02:30 becomes 03:30, not 03:00.) Pure.
 */
export function placeWallTime(local: Temporal.PlainDateTime, timeZone: string): PlacedTime {
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  if (!earlier.toPlainDateTime().equals(local)) {
    // `earlier` reads the skipped time with the offset after the change, which lies just before it.
    const gapEnd = earlier.getTimeZoneTransition('next') ?? earlier
    return { at: gapEnd.toInstant(), clock: 'skipped' }
  }
  const later = local.toZonedDateTime(timeZone, { disambiguation: 'later' })
  return { at: earlier.toInstant(), clock: earlier.equals(later) ? 'once' : 'repeated' }
}
