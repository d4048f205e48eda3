import { AppError } from '#core/errors.ts'
import type { AppSettings } from '#deps'
import { chooseAmong, type NoWriter, type Writer, type Writers } from '#modules/steps/choose-writer.ts'
import { type StepSender, senderOf } from '#modules/steps/sender.ts'
import type { Sample } from './read-sample.ts'

/**
 * Who would write a first mail: the sender of the owner of the sample's deal, else the default. Where nobody could, the account's
 * own stands for it, so that there is something to look at. Pure. Throws `not_found` for a portal that never connected.
 */
export function writerOf(
  settings: Pick<AppSettings, 'mailDomain'>,
  portalId: number,
  facts: Writers,
  sample: Sample | undefined,
): { readonly writer: Writer | NoWriter; readonly sender: StepSender } {
  const writer = chooseAmong(settings, portalId, facts, { ownerId: sample?.deal.ownerId ?? null, wroteBefore: null })
  if (!('held' in writer)) return { writer, sender: writer.sender }
  const own = facts.senders.senders.find(({ address }) => address === null)
  if (!own) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  return { writer, sender: senderOf(settings, portalId, facts.portal, own) }
}
