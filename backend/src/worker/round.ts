import { portalOf, type Served } from '#db/serve-next-portal.ts'

/**
 * A pass over one portal that tells whom it served; `undefined` when nobody after `afterPortal` has work due. A portal in
 * `busy` is passed over; the pass keeps its own portal there while it works.
 */
export type PortalPass<D> = (deps: D, afterPortal: number, busy: Set<number>) => Promise<Served | undefined>

/**
 * Makes a task of a per-portal pass: goes round the portals by id, so that each gets its turn however much another has
 * waiting. Tasks that share `busy` never serve the same portal: side by side they keep a portal that HubSpot makes wait from
 * holding up the others, and in one portal they would only ask HubSpot twice for half as much. `start` puts several workers
 * at different places of the round. A pass that throws costs its portal this turn and nobody else anything: the round goes on
 * behind it.
 */
export function goRound<D>(
  pass: PortalPass<D>,
  start: number,
  busy: Set<number> = new Set(),
): (deps: D) => Promise<number> {
  let after = start
  return async (deps) => {
    let served: Served | undefined
    try {
      served = await pass(deps, after, busy)
      if (!served && after > 0) served = await pass(deps, 0, busy)
    } catch (error) {
      after = portalOf(error) ?? after
      throw error
    }
    after = served?.portalId ?? 0
    // A turn that another worker took first still means that there is work: ask again at once, but count it as one.
    return served ? Math.max(served.handled, 1) : 0
  }
}
