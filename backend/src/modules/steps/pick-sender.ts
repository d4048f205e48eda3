import type { Deps } from '#deps'
import { openServer } from '#modules/senders/open-server.ts'
import type { CheckedRun } from './check-before-send.ts'
import { chooseWriter, type NoWriter } from './choose-writer.ts'
import type { LoadedBatch } from './load-runs.ts'
import type { OpenSender } from './sender.ts'

/**
 * Who writes a run's mail, ready to send; `held` says why nobody can. `opened` keeps what a batch has opened, so that a password
 * is opened once.
 */
export async function pickSender(
  deps: Pick<Deps, 'settings' | 'vault'>,
  portalId: number,
  batch: Pick<LoadedBatch, 'portal' | 'senders'>,
  checked: Pick<CheckedRun, 'state' | 'told'>,
  opened: Map<string, OpenSender>,
): Promise<OpenSender | NoWriter> {
  const writer = chooseWriter(deps.settings, portalId, batch, checked)
  if ('held' in writer) return writer
  const known = opened.get(writer.sender.id)
  if (known) return known
  const server = await openServer(deps, portalId, writer.record)
  if (typeof server === 'string') return { held: server }
  const sender = { ...writer.sender, server }
  opened.set(sender.id, sender)
  return sender
}
