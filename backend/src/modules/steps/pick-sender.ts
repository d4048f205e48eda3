import type { Deps } from '#deps'
import { chooseSender } from '#modules/senders/choose-sender.ts'
import { openServer } from '#modules/senders/open-server.ts'
import type { CheckedRun } from './check-before-send.ts'
import type { LoadedBatch } from './load-runs.ts'
import { type StepSender, senderOf } from './sender.ts'

/**
 * Who writes a run's mail, from what HubSpot just said about the deal's owner; `held` says why nobody can. A mail that is frozen
 * stays with its sender. `opened` keeps what a batch has opened, so that a password is opened once.
 */
export async function pickSender(
  deps: Pick<Deps, 'settings' | 'vault'>,
  portalId: number,
  batch: Pick<LoadedBatch, 'portal' | 'senders'>,
  { state, told }: Pick<CheckedRun, 'state' | 'told'>,
  opened: Map<string, StepSender>,
): Promise<StepSender | { held: string }> {
  const { delivery, deal, lastSenderId } = state
  const choice = chooseSender(batch.senders, {
    ownerId: told ? told.ownerId : (deal?.ownerId ?? null),
    wroteBefore: delivery?.frozen ? delivery.senderId : lastSenderId,
  })
  if (choice.kind === 'nobody') return { held: choice.why }
  const known = opened.get(choice.sender.id)
  if (known) return known
  const server = await openServer(deps, portalId, choice.sender)
  if (typeof server === 'string') return { held: server }
  const sender = senderOf(deps.settings, portalId, batch.portal, choice.sender, server)
  opened.set(sender.id, sender)
  return sender
}
