import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { type PortalState, selectLabels, selectPortalState } from './state-repository.ts'

/** What every mail of a portal says about it. */
export interface MailFacts {
  readonly portal: PortalState
  /** By `pipeline` and `pipeline/stage`. */
  readonly labels: ReadonlyMap<string, string>
}

/** Throws `not_found` for a portal that never connected. */
export async function getMailFacts(trx: Trx, portalId: number): Promise<MailFacts> {
  const portal = await selectPortalState(trx, portalId)
  if (!portal) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  return { portal, labels: await selectLabels(trx, portalId) }
}
