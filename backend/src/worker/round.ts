/** A pass over one portal that tells whom it served; `undefined` when nobody after `afterPortal` has work due. */
export type PortalPass<D> = (deps: D, afterPortal: number) => Promise<{ portalId: number; handled: number } | undefined>

/**
 * Makes a task of a per-portal pass: goes round the portals by id, so that each gets its turn however much another has
 * waiting. `start` puts several workers at different places of the round.
 */
export function goRound<D>(pass: PortalPass<D>, start: number): (deps: D) => Promise<number> {
  let after = start
  return async (deps) => {
    let served = await pass(deps, after)
    if (!served && after > 0) served = await pass(deps, 0)
    after = served?.portalId ?? 0
    // A turn that another worker took first still means that there is work: ask again at once, but count it as one.
    return served ? Math.max(served.handled, 1) : 0
  }
}
