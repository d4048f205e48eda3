import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { ReplyCondition } from '#shared/contract/step-conditions.ts'

export type ReplyKind = ReplyCondition['value']

/** What came back to the mails of each enrollment so far; one that is missing had no answer at all. */
export async function selectReplies(
  trx: Trx,
  portalId: number,
  enrollmentIds: readonly string[],
): Promise<Map<string, ReplyKind>> {
  const { rows } = await sql<{ enrollmentId: string; human: boolean }>`
    select enrollment_id, bool_or(kind = 'human_reply') as human from incoming_mails
    where portal_id = ${portalId} and enrollment_id = any(${[...enrollmentIds]}::uuid[])
      and kind in ('human_reply', 'automatic_reply', 'out_of_office')
    group by enrollment_id
  `.execute(trx)
  return new Map(rows.map(({ enrollmentId, human }) => [enrollmentId, human ? 'human' : 'automatic']))
}
