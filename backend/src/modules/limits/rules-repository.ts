import type { Trx } from '#db/database.ts'
import type { SendingRules } from '#shared/contract/limits.ts'

export async function findRules(trx: Trx, portalId: number): Promise<SendingRules | undefined> {
  const row = await trx.selectFrom('sendingRules').where('portalId', '=', portalId).select('rules').executeTakeFirst()
  return row?.rules
}

/** The same, locked until the transaction ends: what is counted under it stays true until it is frozen. */
export async function lockRules(trx: Trx, portalId: number): Promise<SendingRules | undefined> {
  const row = await trx
    .selectFrom('sendingRules')
    .where('portalId', '=', portalId)
    .select('rules')
    .forUpdate()
    .executeTakeFirst()
  return row?.rules
}

export interface RulesChange {
  readonly rules: SendingRules
  readonly updatedAt: Temporal.Instant
  readonly updatedBy: string
}

export async function upsertRules(trx: Trx, portalId: number, change: RulesChange): Promise<void> {
  const row = { ...change, rules: JSON.stringify(change.rules) }
  await trx
    .insertInto('sendingRules')
    .values({ portalId, ...row })
    .onConflict((conflict) => conflict.column('portalId').doUpdateSet(row))
    .execute()
}

/** Rules that are there already stay as they are. */
export async function insertRules(trx: Trx, portalId: number, change: RulesChange): Promise<void> {
  await trx
    .insertInto('sendingRules')
    .values({ portalId, ...change, rules: JSON.stringify(change.rules) })
    .onConflict((conflict) => conflict.column('portalId').doNothing())
    .execute()
}
