import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { SenderChoices } from '#modules/senders/choose-sender.ts'
import { readChoices } from '#modules/senders/read-choices.ts'
import { type PortalState, selectLabels, selectPortalState } from './state-repository.ts'

/** What every mail of a portal says about it. */
export interface MailFacts {
  readonly portal: PortalState
  /** By `pipeline` and `pipeline/stage`. */
  readonly labels: ReadonlyMap<string, string>
  readonly senders: SenderChoices
}

/** Throws `not_found` for a portal that never connected. */
export async function getMailFacts(deps: Pick<Deps, 'settings'>, trx: Trx, portalId: number): Promise<MailFacts> {
  const portal = await selectPortalState(trx, portalId)
  if (!portal) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  const labels = await selectLabels(trx, portalId)
  return { portal, labels, senders: await readChoices(deps, trx, portalId) }
}
