import type { PortalContext } from '#core/context.ts'
import { appendRows } from '#db/before-commit.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { forgetMergedContacts } from '#modules/contacts/forget-contacts.ts'
import { renameContact } from '#modules/contacts/rename-contact.ts'
import { saveMerge } from '#modules/contacts/save-merge.ts'
import { carryOver } from './carry-over.ts'
import { divideFamily } from './divide-family.ts'
import { carryPlacesOfContacts, lockFamilyOfContacts, lockUnmergedContacts } from './repository.ts'

/** HubSpot's ids. */
export interface ContactMerge {
  readonly into: string
  readonly merged: readonly string[]
  /** What the record that stays was called before, where the merge gave it another id and that is known. */
  readonly before: string | null
}

/**
 * Contacts went into another one: what they were in counts as its past, what runs goes on with it, and what they said of the
 * person is forgotten, for the other one says it now. A record that we do not keep yet takes over the row of one that went into
 * it. Told twice, the second time changes nothing. Keep what was read of the record that stays afterwards.
 */
export async function mergeContacts(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  { into, merged, before }: ContactMerge,
): Promise<void> {
  const { portalId } = portal
  const people = await lockUnmergedContacts(trx, portalId, [...new Set([into, ...merged])])
  const known = people.filter(({ contactId }) => contactId !== into)
  const heir = known.find(({ contactId }) => contactId === before) ?? known[0]
  if (into === '' || !heir) return
  const own = people.find(({ contactId }) => contactId === into)
  const stays = own ?? heir
  if (!own) await renameContact(trx, portalId, { from: heir.contactId, to: into })
  const others = known.filter(({ id }) => id !== stays.id)
  const ids = others.map(({ id }) => id)
  const gone = others.map(({ contactId }) => contactId)
  const family = await lockFamilyOfContacts(trx, portalId, [stays.id, ...ids])
  await saveMerge(trx, portalId, { into: stays, merged: gone })
  await carryPlacesOfContacts(trx, portalId, ids, stays.id)
  await carryOver(deps, trx, portal, divideFamily(family, stays.id), { contactId: stays.id })
  await forgetMergedContacts(deps, trx, portalId, gone)
  // What the others were in counts as its own from now on.
  const record = { objectType: 'contact' as const, objectId: into }
  await appendRows(trx, { changedRecords: [{ portalId, ...record, at: deps.clock() }] })
}
