import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { listPlacedStages } from '#modules/places/list-placed-stages.ts'
import { putToPlace } from '#modules/places/put-to-place.ts'
import type { DealFacts } from './deal-facts.ts'
import type { ChangeSource } from './enrollment-facts.ts'
import { isOwnWrite } from './is-own-write.ts'

/**
 * Puts the contacts of a deal that has entered a stage to the place this stage leads to, where it leads to one. A deal that has
 * left the stage by now, or that Stagecue itself moved, moves nobody.
 */
export async function placeContacts(
  deps: Pick<Deps, 'clock' | 'ids' | 'settings'>,
  trx: Trx,
  portal: PortalContext,
  { dealId, deal, contactTypes, contacts }: DealFacts,
  entry: { readonly stageId: string; readonly source: ChangeSource },
): Promise<void> {
  if (!deal || deal.stageId !== entry.stageId || isOwnWrite(entry.source, deps.settings.appId)) return
  const { portalId } = portal
  const leading = (await listPlacedStages(trx, portalId)).find(
    ({ pipelineId, stageId }) => pipelineId === deal.pipelineId && stageId === deal.stageId,
  )
  if (!leading) return
  // What was read of contacts is the whole turn's; which of them are this deal's say its associations.
  for (const hubspotId of contactTypes?.keys() ?? []) {
    const contact = contacts.get(hubspotId)
    if (!contact) continue
    const move = { dealId, contactId: contact.id, placeId: leading.placeId, at: deps.clock() }
    const place = await putToPlace(trx, portalId, move)
    if (place === undefined) continue
    await recordActivity(deps, trx, portal, {
      kind: 'contact.placed',
      dealId,
      contactId: contact.contactId,
      data: { place },
    })
  }
}
