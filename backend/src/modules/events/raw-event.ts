/** One event as HubSpot sent it: every field may be missing or of another type, and fields we do not know stay. */
export type RawEvent = Readonly<Record<string, unknown>>

/** HubSpot's id as text: it may exceed 32 bits, and one beyond 2^53 arrives as digits (see `readJson`). */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined
  return typeof value === 'string' && /^[1-9][0-9]{0,18}$/.test(value) ? value : undefined
}
