import { sql } from 'kysely'
import type { Trx } from './database.ts'
import type { LaneKind } from './tables.ts'

interface Wake {
  portalId: number
  kind: LaneKind
  key: string
  dueAt: Temporal.Instant
}

/**
 * Wakes of transactions that are still running. They are written right before the commit: a lane is shared by everything of
 * its portal, and a row locked in the first statement of a long transaction would make every other one wait for its end.
 */
const pending = new WeakMap<Trx, Map<string, Wake>>()

/** From here on `wakeLane` in this transaction only notes; `flushWakes` must follow. */
export function collectWakes(trx: Trx): void {
  pending.set(trx, new Map())
}

/** Notes or writes one wake; the earliest moment of a lane counts. */
export async function addWake(trx: Trx, wake: Wake): Promise<void> {
  const wakes = pending.get(trx)
  if (!wakes) return writeWake(trx, wake)
  const lane = `${wake.kind}\n${wake.key}`
  const known = wakes.get(lane)
  if (!known || Temporal.Instant.compare(wake.dueAt, known.dueAt) < 0) wakes.set(lane, wake)
}

/** Writes what was noted, in one order for everybody, so that two transactions never wait for each other in a circle. */
export async function flushWakes(trx: Trx): Promise<void> {
  const wakes = [...(pending.get(trx)?.entries() ?? [])].sort(([one], [other]) => (one < other ? -1 : 1))
  pending.delete(trx)
  for (const [, wake] of wakes) await writeWake(trx, wake)
}

async function writeWake(trx: Trx, { portalId, kind, key, dueAt }: Wake): Promise<void> {
  await sql`
    insert into lanes (portal_id, kind, key, due_at) values (${portalId}, ${kind}, ${key}, ${dueAt})
    on conflict (portal_id, kind, key) do update
      set due_at = greatest(least(lanes.due_at, excluded.due_at), coalesce(lanes.not_before, '-infinity'))
  `.execute(trx)
}
