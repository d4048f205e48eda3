import type { Trx } from '#db/database.ts'
import { type PastEnrollmentRow, selectPastEnrollments } from './history-repository.ts'

export type { PastEnrollmentRow }

/**
 * All that these contacts (our ids) are or were in through any deal, those merged into them included, by our id. Read it after
 * the contacts were locked: then nobody else enrolls them until the transaction ends.
 */
export async function listPastEnrollments(
  trx: Trx,
  portalId: number,
  contactIds: readonly string[],
): Promise<Map<string, PastEnrollmentRow[]>> {
  const byContact = new Map<string, PastEnrollmentRow[]>()
  if (contactIds.length === 0) return byContact
  for (const { contactId, ...row } of await selectPastEnrollments(trx, portalId, contactIds)) {
    byContact.set(contactId, [...(byContact.get(contactId) ?? []), row])
  }
  return byContact
}
