/** Readers for answers whose shape we do not control: what is not there, or not of the kind, is `undefined`. */

export function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** Text, or a number as text (HubSpot gives ids as either); an empty text is `undefined`. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * The asked properties as HubSpot sent them: null or empty for one without a value, and nothing at all for one HubSpot did
 * not answer, which it does when it has no such property.
 */
export function pickProperties(
  properties: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, string | null> {
  return Object.fromEntries(
    names
      .filter((name) => Object.hasOwn(properties, name))
      .map((name) => [name, asText(properties[name]) ?? null] as const),
  )
}

/** A moment from ISO 8601 text or from milliseconds, as number or text. */
export function asInstant(value: unknown): Temporal.Instant | undefined {
  const text = asText(value)
  if (text === undefined) return undefined
  try {
    return /^-?\d+$/.test(text) ? Temporal.Instant.fromEpochMilliseconds(Number(text)) : Temporal.Instant.from(text)
  } catch {
    return undefined
  }
}
