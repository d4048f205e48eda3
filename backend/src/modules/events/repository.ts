import type { Trx } from '#db/database.ts'

export interface PendingEvent {
  readonly id: number
  readonly laneKey: string
  readonly dealId: string | null
  readonly occurredAt: Temporal.Instant
  readonly receivedAt: Temporal.Instant
  readonly payload: Record<string, unknown>
  /** When a person last had it processed again; null: nobody did. */
  readonly rerunAt: Temporal.Instant | null
}

/** The pending events of these lanes, each lane in the order of what happened, oldest first. */
export async function listPendingEvents(
  trx: Trx,
  portalId: number,
  laneKeys: readonly string[],
  limit: number,
): Promise<PendingEvent[]> {
  return trx
    .selectFrom('events')
    .where('portalId', '=', portalId)
    .where('laneKey', 'in', laneKeys)
    .where('status', '=', 'pending')
    .orderBy('occurredAt')
    .orderBy('id')
    .limit(limit)
    .select(['id', 'laneKey', 'dealId', 'occurredAt', 'receivedAt', 'payload', 'rerunAt'])
    .execute()
}

/** Whether a lane has pending events besides these. */
export async function hasOtherPending(
  trx: Trx,
  portalId: number,
  laneKey: string,
  handled: readonly number[],
): Promise<boolean> {
  const row = await trx
    .selectFrom('events')
    .where('portalId', '=', portalId)
    .where('laneKey', '=', laneKey)
    .where('status', '=', 'pending')
    .$if(handled.length > 0, (query) => query.where('id', 'not in', handled))
    .select('id')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Those of these lanes that still have pending events. */
export async function listLanesWithPending(
  trx: Trx,
  portalId: number,
  laneKeys: readonly string[],
): Promise<Set<string>> {
  if (laneKeys.length === 0) return new Set()
  const rows = await trx
    .selectFrom('events')
    .where('portalId', '=', portalId)
    .where('laneKey', 'in', laneKeys)
    .where('status', '=', 'pending')
    .select('laneKey')
    .distinct()
    .execute()
  return new Set(rows.map((row) => row.laneKey))
}

export async function markDone(
  trx: Trx,
  portalId: number,
  ids: readonly number[],
  now: Temporal.Instant,
): Promise<void> {
  if (ids.length === 0) return
  await trx
    .updateTable('events')
    .set((eb) => ({
      status: 'done',
      processedAt: now,
      attempts: eb('attempts', '+', 1),
      reason: null,
      reasonCode: null,
    }))
    .where('portalId', '=', portalId)
    .where('id', 'in', ids)
    .where('status', '=', 'pending')
    .execute()
}

/** Counts a failed try; with `dead` the event leaves the queue, with its reason. */
export async function markFailed(
  trx: Trx,
  portalId: number,
  ids: readonly number[],
  failure: { code: string; reason: string; dead: boolean },
  now: Temporal.Instant,
): Promise<void> {
  if (ids.length === 0) return
  await trx
    .updateTable('events')
    .set((eb) => ({
      status: failure.dead ? 'dead' : 'pending',
      processedAt: failure.dead ? now : null,
      attempts: eb('attempts', '+', 1),
      reason: failure.reason,
      reasonCode: failure.code,
    }))
    .where('portalId', '=', portalId)
    .where('id', 'in', ids)
    .where('status', '=', 'pending')
    .execute()
}

/** When the first of those died that `reviveDead` has left for later; undefined when there is none. */
export async function findOldestDead(
  trx: Trx,
  portalId: number,
  filter: { code: string; receivedAfter: Temporal.Instant },
): Promise<Temporal.Instant | undefined> {
  const row = await trx
    .selectFrom('events')
    .where('portalId', '=', portalId)
    .where('status', '=', 'dead')
    .where('reasonCode', '=', filter.code)
    .where('receivedAt', '>', filter.receivedAfter)
    .select((eb) => eb.fn.min('processedAt').as('diedAt'))
    .executeTakeFirst()
  return row?.diedAt ?? undefined
}

/** Puts events that died only because HubSpot was away back into the queue; returns their lanes. */
export async function reviveDead(
  trx: Trx,
  portalId: number,
  filter: { code: string; diedBefore: Temporal.Instant; receivedAfter: Temporal.Instant },
): Promise<string[]> {
  const rows = await trx
    .updateTable('events')
    .set({ status: 'pending', processedAt: null })
    .where('portalId', '=', portalId)
    .where('status', '=', 'dead')
    .where('reasonCode', '=', filter.code)
    .where('processedAt', '<=', filter.diedBefore)
    .where('receivedAt', '>', filter.receivedAfter)
    .returning('laneKey')
    .execute()
  return [...new Set(rows.map((row) => row.laneKey))].sort()
}
