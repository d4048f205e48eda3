import { asInstant } from '#hubspot/read-fields.ts'

/**
 * A date of a deal as HubSpot writes it: `2026-12-31` of a `date` property is a day, ISO 8601 text or milliseconds of a
 * `datetime` (the close date is one) a moment. Null when there is none or it cannot be read. Pure.
 */
export function readDealDate(text: string | null): Temporal.PlainDate | Temporal.Instant | null {
  if (text === null) return null
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return asInstant(text) ?? null
  try {
    return Temporal.PlainDate.from(text)
  } catch {
    return null
  }
}
