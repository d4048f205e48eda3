import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { markContactsDeleted } from './repository.ts'

/** Marks contacts that HubSpot no longer has; `contactIds` are HubSpot's. Their rows stay for the history. */
export async function forgetContacts(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portalId: number,
  contactIds: readonly string[],
): Promise<void> {
  await markContactsDeleted(trx, portalId, contactIds, deps.clock())
}
