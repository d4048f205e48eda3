import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { setProblem } from './repository.ts'

/** Keeps why a sender's own mail server could not be used, for the settings page; null when it works again. */
export async function noteProblem(
  deps: Pick<Deps, 'db'>,
  portalId: number,
  senderId: string,
  problem: string | null,
): Promise<void> {
  await inPortal(deps.db, portalId, (trx) => setProblem(trx, portalId, senderId, problem))
}
