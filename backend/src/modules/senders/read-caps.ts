import type { Trx } from '#db/database.ts'
import type { SenderCaps } from './caps-of.ts'
import { listDomainCaps, listSenderRecords } from './repository.ts'

/** What the portal's senders and their domains are capped by. */
export async function readCaps(trx: Trx, portalId: number): Promise<SenderCaps> {
  return { senders: await listSenderRecords(trx, portalId), domains: await listDomainCaps(trx, portalId) }
}
