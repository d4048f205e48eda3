import type { Trx } from '#db/database.ts'

export interface SenderRecord {
  accountName: string | null
  connectedByEmail: string | null
  fromName: string | null
  replyTo: string | null
  postalAddress: string | null
}

export async function findSender(trx: Trx, portalId: number): Promise<SenderRecord | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select(['accountName', 'connectedByEmail', 'fromName', 'replyTo', 'postalAddress'])
    .executeTakeFirst()
}

/** False when the portal never connected. */
export async function updateSender(
  trx: Trx,
  portalId: number,
  sender: { fromName: string; replyTo: string; postalAddress: string },
): Promise<boolean> {
  const row = await trx
    .updateTable('installations')
    .set(sender)
    .where('portalId', '=', portalId)
    .returning('portalId')
    .executeTakeFirst()
  return row !== undefined
}
