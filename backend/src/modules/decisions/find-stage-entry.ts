import type { StageChange } from '#hubspot/deals.ts'

/** A deal's entry into a stage, as the history tells it. */
export interface StageEntry {
  readonly stageId: string
  readonly enteredAt: Temporal.Instant
  /** The stage before; null for a deal created in this stage. */
  readonly from: string | null
  /** Whether the deal is in it now. */
  readonly current: boolean
}

/**
 * The real entries of a deal, newest first. HubSpot's history may hold the same stage twice in a row (a save without a
 * change): only old ≠ new is an entry, dated by the first of the row.
 */
export function listStageEntries(history: readonly StageChange[]): StageEntry[] {
  const entries: StageEntry[] = []
  for (let index = 0; index < history.length; index++) {
    const change = history[index]
    const before = history[index + 1]
    if (!change || before?.stageId === change.stageId) continue
    entries.push({
      stageId: change.stageId,
      enteredAt: change.at,
      from: before?.stageId ?? null,
      current: entries.length === 0,
    })
  }
  return entries
}

/**
 * The entry an event speaks of: same stage, and the moment nearest to `occurredAt`. A creation names no stage: it speaks of
 * the first entry. `undefined` when the history has no such entry: the stage did not really change.
 */
export function findStageEntry(
  history: readonly StageChange[],
  event: { stageId: string | null; occurredAt: Temporal.Instant },
): StageEntry | undefined {
  const entries = listStageEntries(history)
  if (event.stageId === null) return entries.at(-1)
  // A save without a change is told with the later moment: it belongs to no entry unless it is the entry's own.
  const distance = (entry: StageEntry) =>
    Math.abs(entry.enteredAt.epochMilliseconds - event.occurredAt.epochMilliseconds)
  const candidates = entries.filter((entry) => entry.stageId === event.stageId && distance(entry) <= TOLERANCE_MS)
  return candidates.sort((a, b) => distance(a) - distance(b))[0]
}

/** The event's moment and the history's are the same write; a minute covers rounding and a late clock. */
const TOLERANCE_MS = 60_000
