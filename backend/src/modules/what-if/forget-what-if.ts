import type { Trx } from '#db/database.ts'
import { deleteRunsAbout } from './repository.ts'

/** A contact is erased: answers that speak of it go, and so do questions under way, which may have read it. HubSpot's id. */
export async function forgetWhatIf(trx: Trx, portalId: number, contactId: string): Promise<void> {
  await deleteRunsAbout(trx, portalId, contactId)
}
