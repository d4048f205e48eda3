import type { Trx } from '#db/database.ts'
import type { HubspotRequestsTable } from '#db/tables.ts'

export async function listRequestRecords(
  trx: Trx,
  portalId: number,
  limit: number,
): Promise<Omit<HubspotRequestsTable, 'portalId' | 'id'>[]> {
  return trx
    .selectFrom('hubspotRequests')
    .where('portalId', '=', portalId)
    .select(['at', 'method', 'path', 'status', 'durationMs', 'request', 'response', 'error'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}
