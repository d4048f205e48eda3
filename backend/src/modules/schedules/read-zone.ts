/**
 * The time zone a text names, spelled as the tz database spells it; `undefined` when it names none. Reads names of the tz
 * database in any case, and HubSpot's own spelling of them in `hs_timezone`, which has `_slash_` and `_hyphen_` where the
 * name has those characters (`america_slash_port_hyphen_au_hyphen_prince`). An offset such as `+02:00` is no zone: it knows
 * no daylight-saving time. Pure.
 */
export function readZone(text: string): string | undefined {
  const name = text
    .trim()
    .replace(/_slash_/gi, '/')
    .replace(/_hyphen_/gi, '-')
  // Temporal also takes offsets and whole ISO dates for a zone; a name begins with a letter and has no brackets.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
  } catch {
    return undefined
  }
}
