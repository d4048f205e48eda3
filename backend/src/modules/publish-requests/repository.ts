import type { Trx } from '#db/database.ts'

export async function selectNeedsApproval(trx: Trx, portalId: number): Promise<boolean> {
  const row = await trx
    .selectFrom('sequenceSettings')
    .where('portalId', '=', portalId)
    .select('needsApproval')
    .executeTakeFirst()
  return row?.needsApproval ?? false
}

export async function upsertNeedsApproval(
  trx: Trx,
  portalId: number,
  setting: { needsApproval: boolean; changedAt: Temporal.Instant; changedBy: string },
): Promise<void> {
  await trx
    .insertInto('sequenceSettings')
    .values({ portalId, ...setting })
    .onConflict((conflict) => conflict.column('portalId').doUpdateSet(setting))
    .execute()
}

export interface PublishRequest {
  readonly id: string
  readonly revision: number
  readonly status: 'waiting' | 'approved' | 'returned' | 'withdrawn'
  readonly submittedAt: Temporal.Instant
  readonly submittedBy: string
  readonly answeredBy: string | null
  readonly comment: string | null
}

/** The last one of a sequence, whatever became of it. Locked with its sequence by whoever changes it. */
export async function findLatestRequest(
  trx: Trx,
  portalId: number,
  sequenceId: string,
): Promise<PublishRequest | undefined> {
  return trx
    .selectFrom('publishRequests')
    .where('portalId', '=', portalId)
    .where('sequenceId', '=', sequenceId)
    .select(['id', 'revision', 'status', 'submittedAt', 'submittedBy', 'answeredBy', 'comment'])
    .orderBy('submittedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function insertRequest(
  trx: Trx,
  portalId: number,
  request: { id: string; sequenceId: string; revision: number; submittedAt: Temporal.Instant; submittedBy: string },
): Promise<void> {
  const open = { status: 'waiting', answeredAt: null, answeredBy: null, comment: null } as const
  await trx
    .insertInto('publishRequests')
    .values({ portalId, ...request, ...open })
    .execute()
}

export interface Answered {
  readonly status: 'approved' | 'returned' | 'withdrawn'
  readonly answeredAt: Temporal.Instant
  readonly answeredBy: string
  readonly comment: string | null
}

export async function answerRequest(trx: Trx, portalId: number, id: string, answer: Answered): Promise<void> {
  await trx
    .updateTable('publishRequests')
    .set(answer)
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .execute()
}
