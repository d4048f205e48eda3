import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface NewApproval {
  readonly stepRunId: string
  readonly enrollmentId: string
  /** Null: the mail is as the sequence has it. */
  readonly edit: { readonly subject: string; readonly body: string } | null
  readonly digest: Buffer
  readonly approvedAt: Temporal.Instant
  readonly approvedBy: string
}

/** Keeps a person's yes; one for the same run before it gives way, and its words stay where the new one changes none. */
export async function upsertApproval(trx: Trx, portalId: number, approval: NewApproval): Promise<void> {
  const { edit, ...row } = approval
  const words = edit ?? { subject: null, body: null }
  await trx
    .insertInto('mailApprovals')
    .values({ portalId, ...row, ...words })
    .onConflict((conflict) =>
      conflict.columns(['portalId', 'stepRunId']).doUpdateSet({
        digest: row.digest,
        approvedAt: row.approvedAt,
        approvedBy: row.approvedBy,
        ...(edit ?? {}),
      }),
    )
    .execute()
}

/** A mail that is sent once more says what was approved the first time. */
export async function copyApproval(trx: Trx, portalId: number, fromRunId: string, toRunId: string): Promise<void> {
  await sql`
    insert into mail_approvals (portal_id, step_run_id, enrollment_id, subject, body, digest, approved_at, approved_by)
    select portal_id, ${toRunId}::uuid, enrollment_id, subject, body, digest, approved_at, approved_by
    from mail_approvals where portal_id = ${portalId} and step_run_id = ${fromRunId}
  `.execute(trx)
}
