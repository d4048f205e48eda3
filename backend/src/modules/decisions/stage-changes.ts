import type { Trx } from '#db/database.ts'
import { type StageChangeRow, selectStageChanges } from './repository.ts'

/** The known entries into a stage around a moment, decided or still waiting in the inbox. */
export interface StageChanges {
  around(stageId: string, at: Temporal.Instant, minutes: number): Promise<readonly StageChangeRow[]>
}

interface Known {
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  readonly entries: readonly StageChangeRow[]
}

/**
 * Looks entries up once for many deals of a bulk change: they entered within minutes of one another, so a window as wide
 * again on both sides answers for nearly all of them. Good for one transaction, whose own entries the callers add.
 */
export function openStageChanges(trx: Trx, portalId: number): StageChanges {
  const known = new Map<string, Known>()
  return {
    async around(stageId, at, minutes) {
      const window = { from: at.subtract({ minutes }), to: at.add({ minutes }) }
      const key = `${stageId}\n${minutes}`
      const before = known.get(key)
      if (before && holds(before, window)) return before.entries
      const range = { from: window.from.subtract({ minutes }), to: window.to.add({ minutes }) }
      const entries = await selectStageChanges(trx, portalId, stageId, range)
      known.set(key, { ...range, entries })
      return entries
    },
  }
}

function holds(known: Known, window: { readonly from: Temporal.Instant; readonly to: Temporal.Instant }): boolean {
  return Temporal.Instant.compare(known.from, window.from) <= 0 && Temporal.Instant.compare(known.to, window.to) >= 0
}
