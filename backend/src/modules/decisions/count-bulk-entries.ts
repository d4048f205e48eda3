import type { ChangeSource } from './enrollment-facts.ts'

/** A stage entry with who made it. */
export interface SourcedEntry extends ChangeSource {
  readonly at: Temporal.Instant
}

/**
 * How many of the known entries one source made within `minutes` before or after this one, itself included when it is among
 * them. Both sides: the first of a bulk change must count those that came after it.
 */
export function countBulkEntries(entries: readonly SourcedEntry[], entry: SourcedEntry, minutes: number): number {
  const from = entry.at.subtract({ minutes })
  const to = entry.at.add({ minutes })
  const source = sourceKey(entry)
  return entries.filter(
    (other) =>
      sourceKey(other) === source &&
      Temporal.Instant.compare(other.at, from) >= 0 &&
      Temporal.Instant.compare(other.at, to) <= 0,
  ).length
}

/**
 * Whose changes count together. A user, an app or an import has an id of its own. Any other `sourceId` may name a single run (HubSpot documents no list),
 * which would hide a bulk change of a thousand runs: those count together.
 */
export function sourceKey({ changeSource, sourceId }: ChangeSource): string {
  const id = sourceId && /^(userId:)?\d+$/.test(sourceId) ? sourceId : ''
  return `${changeSource ?? ''} ${id}`
}
