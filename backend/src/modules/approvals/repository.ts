import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** A large change: one source moves many deals into one stage. */
export interface LargeChange {
  readonly pipelineId: string
  readonly stageId: string
  /** `sourceKey` of who made it. */
  readonly source: string
}

export async function lockOpenApproval(trx: Trx, portalId: number, change: LargeChange): Promise<string | undefined> {
  const row = await trx
    .selectFrom('approvals')
    .where('portalId', '=', portalId)
    .where('pipelineId', '=', change.pipelineId)
    .where('stageId', '=', change.stageId)
    .where('source', '=', change.source)
    .where('status', '=', 'waiting')
    .select('id')
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row?.id
}

/** Its id; undefined when another transaction made one for the same change a moment ago. */
export async function insertApproval(
  trx: Trx,
  portalId: number,
  approval: LargeChange & { id: string },
  createdAt: Temporal.Instant,
): Promise<string | undefined> {
  const row = await trx
    .insertInto('approvals')
    .values({ portalId, ...approval, status: 'waiting', createdAt, answeredAt: null, answeredBy: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

export interface ApprovalRecord extends LargeChange {
  readonly id: string
  readonly createdAt: Temporal.Instant
  readonly deals: number
  readonly contacts: number
  readonly firstEnteredAt: Temporal.Instant
  readonly lastEnteredAt: Temporal.Instant
  readonly pipelineLabel: string | null
  readonly stageLabel: string | null
}

/** The open approvals that entries still wait for, oldest first; contacts as far as they were read. */
export async function listOpenApprovals(trx: Trx, portalId: number): Promise<ApprovalRecord[]> {
  const { rows } = await sql<ApprovalRecord>`
    select a.id, a.pipeline_id, a.stage_id, a.source, a.created_at, p.label as pipeline_label, t.label as stage_label,
      count(distinct e.deal_id)::int as deals, count(distinct d.contact_id)::int as contacts,
      min(e.entered_at) as first_entered_at, max(e.entered_at) as last_entered_at
    from approvals a
    join stage_entries e on e.portal_id = a.portal_id and e.approval_id = a.id and e.status = 'awaiting_approval'
    left join deal_contacts d on d.portal_id = a.portal_id and d.deal_id = e.deal_id
    left join pipelines p on p.portal_id = a.portal_id and p.pipeline_id = a.pipeline_id
    left join stages t on t.portal_id = a.portal_id and t.pipeline_id = a.pipeline_id and t.stage_id = a.stage_id
    where a.portal_id = ${portalId} and a.status = 'waiting'
    group by a.portal_id, a.id, p.label, t.label
    order by a.created_at, a.id
  `.execute(trx)
  return rows
}

export interface LockedApproval extends LargeChange {
  readonly id: string
  readonly status: 'waiting' | 'approved' | 'refused'
}

export async function lockApproval(trx: Trx, portalId: number, id: string): Promise<LockedApproval | undefined> {
  return trx
    .selectFrom('approvals')
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .select(['id', 'pipelineId', 'stageId', 'source', 'status'])
    .forNoKeyUpdate()
    .executeTakeFirst()
}

export async function setAnswer(
  trx: Trx,
  portalId: number,
  id: string,
  answer: { status: 'approved' | 'refused'; answeredAt: Temporal.Instant; answeredBy: string | null },
): Promise<void> {
  await trx.updateTable('approvals').set(answer).where('portalId', '=', portalId).where('id', '=', id).execute()
}

/** Lets the entries of an answered approval be decided from `at` on; returns their deals. */
export async function releaseEntries(
  trx: Trx,
  portalId: number,
  approvalId: string,
  at: Temporal.Instant,
): Promise<string[]> {
  const rows = await trx
    .updateTable('stageEntries')
    .set({ status: 'waiting', waitUntil: at })
    .where('portalId', '=', portalId)
    .where('approvalId', '=', approvalId)
    .where('status', '=', 'awaiting_approval')
    .returning('dealId')
    .execute()
  return [...new Set(rows.map((row) => row.dealId))].sort()
}
