import type { StageChange } from '#hubspot/deals.ts'
import { listStageEntries, type StageEntry } from './find-stage-entry.ts'

/** When the deal left the stage of this entry, by its history (any order of saves without a change); null while it is there. */
export function findLeftAt(history: readonly StageChange[], entry: StageEntry): Temporal.Instant | null {
  const entries = listStageEntries(history)
  const index = entries.findIndex(
    (candidate) => candidate.stageId === entry.stageId && candidate.enteredAt.equals(entry.enteredAt),
  )
  return entries[index - 1]?.enteredAt ?? null
}
