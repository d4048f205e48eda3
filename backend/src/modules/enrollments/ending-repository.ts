import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { SequenceStatus, StopReason } from '#shared/vocabulary.ts'

/** Ids of everything active or paused, in the order in which they must be locked. */
export async function selectAllOpen(trx: Trx, portalId: number): Promise<string[]> {
  const rows = await trx
    .selectFrom('enrollments')
    .where('portalId', '=', portalId)
    .where('status', 'in', ['active', 'paused'])
    .select('id')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

/** How an enrollment ends; each of the two reasons only with its status. */
export interface Closing {
  readonly status: 'completed' | 'stopped'
  readonly stopReason: StopReason | null
  readonly completedWhy: string | null
}

export interface ClosedEnrollment {
  id: string
  dealId: string
  hubspotContactId: string
  sequenceId: string
  sequenceName: string
  sequenceStatus: SequenceStatus
}

/** Ends those of the enrollments that are active or paused, locked in the order of their ids; gives them in the order of `ids`. */
export async function closeEnrollments(
  trx: Trx,
  portalId: number,
  ids: readonly string[],
  closing: Closing,
  now: Temporal.Instant,
): Promise<ClosedEnrollment[]> {
  // An update of several locks them in the order of its plan, and two transactions could wait for each other in a circle.
  if (ids.length > 1) await lockInOrder(trx, portalId, ids)
  const rows = await trx
    .updateTable('enrollments as e')
    .from('sequences as s')
    .from('contacts as c')
    .set({ ...closing, endedAt: now, updatedAt: now, pausedRemaining: null })
    .where('e.portalId', '=', portalId)
    .where('e.id', '=', anyOf(ids))
    .where('e.status', 'in', ['active', 'paused'])
    .where('s.portalId', '=', portalId)
    .whereRef('s.id', '=', 'e.sequenceId')
    .where('c.portalId', '=', portalId)
    .whereRef('c.id', '=', 'e.contactId')
    .returning(['e.id', 'e.dealId', 'c.contactId as hubspotContactId', 'e.sequenceId'])
    .returning(['s.name as sequenceName', 's.status as sequenceStatus'])
    .execute()
  const place = new Map(ids.map((id, index) => [id, index]))
  return rows.toSorted((one, other) => (place.get(one.id) ?? 0) - (place.get(other.id) ?? 0))
}

/**
 * Cancels what has not begun. A run that is `sending` is settled by its worker, whose gate sees the enrollment's end. A mail
 * that a person sends once more (a later epoch) waits on beside a sequence that is complete.
 */
export async function cancelOpenRuns(
  trx: Trx,
  portalId: number,
  enrollmentIds: readonly string[],
  { why, extras }: { readonly why: string; readonly extras: boolean },
  now: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('stepRuns')
    .set({ status: 'canceled', why, settledAt: now })
    .where('portalId', '=', portalId)
    .where('enrollmentId', '=', anyOf(enrollmentIds))
    .where('status', 'in', ['scheduled', 'held'])
    .$if(!extras, (query) => query.where('epoch', '=', 1))
    .execute()
}

async function lockInOrder(trx: Trx, portalId: number, ids: readonly string[]): Promise<void> {
  const locked = trx.selectFrom('enrollments').where('portalId', '=', portalId).where('id', '=', anyOf(ids))
  await locked.select('id').orderBy('id').forUpdate().execute()
}

/** One parameter whatever their number, so that the statement's text stays the same and is prepared once. */
function anyOf(ids: readonly string[]) {
  return sql<string>`any(${[...ids]}::uuid[])`
}
