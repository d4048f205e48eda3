import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { suppressAddress } from '#modules/suppressions/suppress-address.ts'
import { forgetWhatIf } from '#modules/what-if/forget-what-if.ts'
import { selectMergedInto } from './merge-repository.ts'
import { erasePerson, markContactsDeleted } from './repository.ts'

/**
 * Erases a person on `contact.privacyDeletion` (HubSpot docs; GDPR Art. 17): fields and mail contents go, the hash of the
 * address stays on the do-not-mail list so that a late event cannot bring the person back.
 */
export async function eraseContact(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  contactId: string,
): Promise<void> {
  for (const contact of await markContactsDeleted(trx, portal.portalId, [contactId], deps.clock())) {
    if (contact.email) await suppressAddress(deps, trx, portal, { address: contact.email, reason: 'erased' })
    // Records that were merged into this one were the same person, and had mails of their own.
    for (const id of [contact.id, ...(await selectMergedInto(trx, portal.portalId, contact.id))]) {
      await erasePerson(trx, portal.portalId, id, deps.clock())
    }
  }
  await forgetWhatIf(trx, portal.portalId, contactId)
  await recordActivity(deps, trx, portal, { kind: 'contact.erased', contactId })
}
