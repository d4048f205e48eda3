import type { PortalContext } from '#core/context.ts'
import { hitsEverybody } from '#db/hits-everybody.ts'
import type { Deps } from '#deps'
import { SETTLE_TOGETHER } from './limits.ts'
import { setAside } from './set-aside.ts'
import { type Settlement, settleRuns } from './settle-runs.ts'

/**
 * Writes outcomes, some at a time, so that one that cannot be written costs the others nothing: what fails together is written in
 * halves, and the run that fails alone is set aside with what became of it. Throws only what would hit every run.
 */
export async function settleEach(deps: Deps, portal: PortalContext, settlements: readonly Settlement[]): Promise<void> {
  for (let start = 0; start < settlements.length; start += SETTLE_TOGETHER) {
    await settleSome(deps, portal, settlements.slice(start, start + SETTLE_TOGETHER))
  }
}

async function settleSome(deps: Deps, portal: PortalContext, some: readonly Settlement[]): Promise<void> {
  if (some.length === 0) return
  try {
    await settleRuns(deps, portal, some)
  } catch (error) {
    if (hitsEverybody(error)) throw error
    const [only] = some
    if (only && some.length === 1) return setAside(deps, portal, { ...only, error })
    const middle = Math.ceil(some.length / 2)
    await settleSome(deps, portal, some.slice(0, middle))
    await settleSome(deps, portal, some.slice(middle))
  }
}
