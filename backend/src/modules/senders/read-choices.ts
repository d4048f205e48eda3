import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { SenderChoices } from './choose-sender.ts'
import { listOwnerLinks, listSenderRecords } from './repository.ts'

/** The portal's senders and whose deals they write for. */
export async function readChoices(
  { settings }: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
): Promise<SenderChoices> {
  const senders = await listSenderRecords(trx, portalId)
  // Only the account's own sender: whoever owns a deal, it is the default.
  const links = senders.length > 1 ? await listOwnerLinks(trx, portalId) : []
  const linked = new Map(links.map(({ ownerId, senderId }) => [ownerId, senderId]))
  return { senders, linked, mailDomain: settings.mailDomain }
}
