/** "2026-11-23 10:05 (Europe/Berlin)" for sentences; UTC when the portal's zone is not known. */
export function describeMoment(moment: Temporal.Instant, timeZone: string | null): string {
  const zoned = moment.toZonedDateTimeISO(knownZone(timeZone))
  const time = zoned.toPlainTime().toString({ smallestUnit: 'minute' })
  return `${zoned.toPlainDate()} ${time} (${zoned.timeZoneId})`
}

/** The zone, or UTC when it is none that is known here. */
export function knownZone(timeZone: string | null): string {
  if (!timeZone) return 'UTC'
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone)
    return timeZone
  } catch {
    return 'UTC'
  }
}
