import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { EventStatus } from '#shared/vocabulary.ts'

export interface EventRecord {
  id: number
  receivedAt: Temporal.Instant
  occurredAt: Temporal.Instant
  subscriptionType: string
  objectId: string
  dealId: string | null
  status: EventStatus
  attempts: number
  reason: string | null
  payload: Record<string, unknown>
  /** Its entry enrolled nobody only because it was heard of too late. */
  tooOld: boolean
}

const TOO_OLD = sql<boolean>`exists (
  select from stage_entries t where t.portal_id = events.portal_id and t.event_id = events.id and t.too_old)`

/** Newest first; `before` is the id of the last one seen. */
export async function listEventRecords(
  trx: Trx,
  portalId: number,
  filter: { status: EventStatus | undefined; before: number | undefined; limit: number },
): Promise<EventRecord[]> {
  let query = trx
    .selectFrom('events')
    .where('portalId', '=', portalId)
    .select(['id', 'receivedAt', 'occurredAt', 'subscriptionType', 'objectId', 'dealId', 'status', 'attempts'])
    .select(['reason', 'payload'])
    .select(TOO_OLD.as('tooOld'))
    .orderBy('id', 'desc')
    .limit(filter.limit)
  if (filter.status) query = query.where('status', '=', filter.status)
  if (filter.before !== undefined) query = query.where('id', '<', filter.before)
  return query.execute()
}

/** Labels by stage id: an event names a stage without its pipeline, and stage ids are unique within an account. */
export async function listStageLabels(trx: Trx, portalId: number, stageIds: string[]): Promise<Map<string, string>> {
  if (stageIds.length === 0) return new Map()
  const rows = await trx
    .selectFrom('stages')
    .where('portalId', '=', portalId)
    .where('stageId', 'in', stageIds)
    .select(['stageId', 'label'])
    .execute()
  return new Map(rows.map((row) => [row.stageId, row.label]))
}

export interface LockedEvent {
  id: number
  status: EventStatus
  laneKey: string
  dealId: string | null
  subscriptionType: string
  tooOld: boolean
}

export async function lockEvent(trx: Trx, portalId: number, id: number): Promise<LockedEvent | undefined> {
  return trx
    .selectFrom('events')
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .select(['id', 'status', 'laneKey', 'dealId', 'subscriptionType'])
    .select(TOO_OLD.as('tooOld'))
    .forUpdate()
    .executeTakeFirst()
}

/** A person has it processed again. */
export async function resetEvent(trx: Trx, portalId: number, id: number, now: Temporal.Instant): Promise<void> {
  await trx
    .updateTable('events')
    .set({ status: 'pending', attempts: 0, reasonCode: null, reason: null, processedAt: null, rerunAt: now })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .execute()
}

export async function removeEvent(trx: Trx, portalId: number, id: number): Promise<void> {
  await trx.deleteFrom('events').where('portalId', '=', portalId).where('id', '=', id).execute()
}
