import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** Queues an opt-out where the portal wants HubSpot to know of it; an address is told of once. Says whether it was queued. */
export async function insertOptOut(
  trx: Trx,
  portalId: number,
  optOut: { readonly addressHash: Buffer; readonly address: string; readonly at: Temporal.Instant },
): Promise<boolean> {
  const { rows } = await sql`
    insert into opt_out_writes (portal_id, address_hash, address, status, queued_at)
    select s.portal_id, ${optOut.addressHash}, ${optOut.address}, 'pending', ${optOut.at}
    from hubspot_mail_settings s where s.portal_id = ${portalId} and s.write_opt_outs <> 'off'
    on conflict (portal_id, address_hash) do nothing
    returning address
  `.execute(trx)
  return rows.length > 0
}

/** Queues everybody who unsubscribed until now, those HubSpot refused before too; says whether there is anybody. */
export async function queueKnownOptOuts(trx: Trx, portalId: number, at: Temporal.Instant): Promise<boolean> {
  const { rows } = await sql`
    insert into opt_out_writes (portal_id, address_hash, address, status, queued_at)
    select portal_id, address_hash, address, 'pending', ${at}
    from suppressions where portal_id = ${portalId} and reason = 'unsubscribed' and address is not null
    order by address_hash
    on conflict (portal_id, address_hash) do update
      set status = 'pending', address = excluded.address, reason = null, queued_at = excluded.queued_at, settled_at = null
      where opt_out_writes.status = 'refused'
    returning address
  `.execute(trx)
  return rows.length > 0
}

export async function dropPendingOptOuts(trx: Trx, portalId: number): Promise<void> {
  await trx.deleteFrom('optOutWrites').where('portalId', '=', portalId).where('status', '=', 'pending').execute()
}

/** Forgets a waiting opt-out of a person who was erased. */
export async function dropOptOut(trx: Trx, portalId: number, addressHash: Buffer): Promise<void> {
  await trx
    .deleteFrom('optOutWrites')
    .where('portalId', '=', portalId)
    .where('addressHash', '=', addressHash)
    .where('status', '=', 'pending')
    .execute()
}

export interface PendingOptOut {
  readonly addressHash: Buffer
  readonly address: string
}

/** Those that have waited longest. */
export async function listPendingOptOuts(trx: Trx, portalId: number, limit: number): Promise<PendingOptOut[]> {
  const rows = await trx
    .selectFrom('optOutWrites')
    .where('portalId', '=', portalId)
    .where('status', '=', 'pending')
    .select(['addressHash', 'address'])
    .orderBy('queuedAt')
    .orderBy('addressHash')
    .limit(limit)
    .execute()
  return rows.flatMap(({ addressHash, address }) => (address === null ? [] : [{ addressHash, address }]))
}

/** `reason`: why HubSpot did not take it; null when it did. The address is forgotten either way. */
export async function settleOptOut(
  trx: Trx,
  portalId: number,
  settled: { readonly addressHash: Buffer; readonly reason: string | null; readonly at: Temporal.Instant },
): Promise<void> {
  const { addressHash, reason, at } = settled
  await trx
    .updateTable('optOutWrites')
    .set({ status: reason === null ? 'done' : 'refused', address: null, reason, settledAt: at })
    .where('portalId', '=', portalId)
    .where('addressHash', '=', addressHash)
    .where('status', '=', 'pending')
    .execute()
}
