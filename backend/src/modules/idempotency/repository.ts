import type { Trx } from '#db/database.ts'

export interface NewKey {
  portalId: number
  key: string
  operation: string
  inputHash: Buffer
  createdAt: Temporal.Instant
}

/**
 * Takes the key; false when it was taken before. While another transaction holds it uncommitted this waits for its end:
 * committed means false, rolled back means that the key is ours.
 */
export async function claimKey(trx: Trx, key: NewKey): Promise<boolean> {
  const row = await trx
    .insertInto('idempotencyKeys')
    .values({ ...key, answer: null })
    .onConflict((conflict) => conflict.columns(['portalId', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

export async function getKey(
  trx: Trx,
  portalId: number,
  key: string,
): Promise<{ operation: string; inputHash: Buffer; answer: unknown }> {
  return trx
    .selectFrom('idempotencyKeys')
    .where('portalId', '=', portalId)
    .where('key', '=', key)
    .select(['operation', 'inputHash', 'answer'])
    .executeTakeFirstOrThrow()
}

export async function storeAnswer(trx: Trx, portalId: number, key: string, answer: string): Promise<void> {
  await trx
    .updateTable('idempotencyKeys')
    .set({ answer })
    .where('portalId', '=', portalId)
    .where('key', '=', key)
    .execute()
}
