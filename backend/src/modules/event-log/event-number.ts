/** An event's number from the wire; digits beyond what we ever give out match no event. */
export function eventNumber(eventId: string): number {
  const number = Number(eventId)
  return Number.isSafeInteger(number) ? number : Number.MAX_SAFE_INTEGER
}
