import type { PortalContext } from '#core/context.ts'
import { hitsEverybody } from '#db/hits-everybody.ts'
import { inPortal } from '#db/in-portal.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { listOurs } from './fault-repository.ts'
import { setAside } from './set-aside.ts'
import type { StepsDeps } from './steps-deps.ts'

/**
 * Works on claimed runs so that one that fails costs the others nothing: what throws for a batch is done again for each half of
 * what is still ours, until the run that fails stands alone and is set aside. `work` must begin from what the database says
 * then: a part of the batch may be settled, or its mail handed over. Throws only what would hit every run.
 */
export async function isolateFaults(
  deps: StepsDeps,
  portal: PortalContext,
  runs: readonly ClaimedRun[],
  work: (runs: readonly ClaimedRun[]) => Promise<void>,
): Promise<void> {
  if (runs.length === 0) return
  try {
    await work(runs)
  } catch (error) {
    if (hitsEverybody(error)) throw error
    const [only] = runs
    if (only && runs.length === 1) return setAside(deps, portal, { run: only, error })
    const ours = await inPortal(deps.db, portal.portalId, (trx) => listOurs(trx, portal.portalId, runs))
    const left = runs.filter(({ id }) => ours.has(id))
    const middle = Math.ceil(left.length / 2)
    for (const half of [left.slice(0, middle), left.slice(middle)]) await isolateFaults(deps, portal, half, work)
  }
}
