/** Whether a moment that may not be known is later than another. */
export function isAfter(moment: Temporal.Instant | null | undefined, than: Temporal.Instant): boolean {
  return moment !== null && moment !== undefined && Temporal.Instant.compare(moment, than) > 0
}
