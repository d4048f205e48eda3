import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { readDealContacts } from '#hubspot/associations.ts'
import { type HubSpotContact, readContacts } from '#hubspot/contacts.ts'
import { type HubSpotDeal, readDeals } from '#hubspot/deals.ts'

/** HubSpot's ids; both, or neither for example values. */
export interface SampleNames {
  readonly dealId?: string | undefined
  readonly contactId?: string | undefined
}

/** A contact of a deal whose values fill a mail that is only looked at. */
export interface Sample {
  readonly deal: HubSpotDeal
  readonly contact: HubSpotContact
}

/**
 * Reads a contact of a deal from HubSpot, as sending would just before a mail. Nothing of it is kept: nobody has enrolled this
 * person. Undefined when none was named. Throws `invalid_input` for half a name, `not_found`, and as `HubSpot.call`.
 */
export async function readSample(
  deps: Pick<Deps, 'hubspot'>,
  portal: PortalContext,
  { dealId, contactId }: SampleNames,
): Promise<Sample | undefined> {
  if (dealId === undefined && contactId === undefined) return undefined
  if (dealId === undefined || contactId === undefined) {
    throw new AppError('invalid_input', 'Choose a deal and one of its contacts.')
  }
  const { portalId } = portal
  const [deals, associated] = await Promise.all([
    readDeals(deps.hubspot, portalId, [dealId], { history: false }),
    readDealContacts(deps.hubspot, portalId, [dealId]),
  ])
  const deal = deals.get(dealId)
  if (!deal) throw new AppError('not_found', 'HubSpot has no such deal. Choose another one.')
  const contact = associated.get(dealId)?.includes(contactId)
    ? (await readContacts(deps.hubspot, portalId, [contactId])).get(contactId)
    : undefined
  if (!contact) throw new AppError('not_found', 'The contact is not on this deal. Choose another one.')
  return { deal, contact }
}
