import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { blankContacts, markContactsDeleted } from './repository.ts'

/** Marks contacts that HubSpot no longer has; `contactIds` are HubSpot's. Their rows stay for the history. */
export async function forgetContacts(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portalId: number,
  contactIds: readonly string[],
): Promise<void> {
  await markContactsDeleted(trx, portalId, contactIds, deps.clock())
}

/** The same for records that went into another one: what they said about the person goes, for the other one says it now. */
export async function forgetMergedContacts(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portalId: number,
  contactIds: readonly string[],
): Promise<void> {
  await forgetContacts(deps, trx, portalId, contactIds)
  await blankContacts(trx, portalId, contactIds)
}
