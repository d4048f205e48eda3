import type { Trx } from '#db/database.ts'
import { selectDealContacts } from './repository.ts'
import type { SavedContact } from './save-contacts.ts'

/** The kept contacts that are on a deal, by HubSpot's id. */
export async function listDealContacts(trx: Trx, portalId: number, dealId: string): Promise<Map<string, SavedContact>> {
  const rows = await selectDealContacts(trx, portalId, dealId)
  return new Map(rows.map((row) => [row.contactId, { ...row, invalidEmail: false }]))
}
