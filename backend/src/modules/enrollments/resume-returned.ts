import type { PortalContext } from '#core/context.ts'
import { isAppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { serveEachLane } from '#db/serve-each-lane.ts'
import type { Served } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { type LockedEnrollment, lockEnrollment } from './repository.ts'
import { resumeEnrollment } from './resume-enrollment.ts'

/** One lane for each pause that ends by itself; its key is the enrollment's id. */
export const RETURNS = 'returns'
/** A mail of the enrollment is with the server: until that is settled nobody knows where it stands. */
const AGAIN = Temporal.Duration.from({ minutes: 1 })

type ResumeDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'leases' | 'log' | 'metrics'>

/**
 * One pass over the next portal in which pauses end: each enrollment whose contact is back goes on where it stood. A pause that
 * was prolonged, ended or replaced by a person's meanwhile is left alone. `undefined` when no portal after `afterPortal` has one.
 */
export function resumeReturned(
  deps: ResumeDeps,
  afterPortal: number,
  busy: Set<number> = new Set(),
): Promise<Served | undefined> {
  return serveEachLane(
    deps,
    { kind: RETURNS, afterPortal, busy },
    { lock: lockEnrollment, serve: (trx, portal, enrollment) => resumeOne(deps, trx, portal, enrollment) },
  )
}

async function resumeOne(
  deps: ResumeDeps,
  trx: Trx,
  portal: PortalContext,
  enrollment: LockedEnrollment,
): Promise<Temporal.Instant | null> {
  const until = enrollment.status === 'paused' ? enrollment.pausedUntil : null
  if (!until || Temporal.Instant.compare(until, deps.clock()) > 0) return until
  try {
    await resumeEnrollment(deps, trx, portal, enrollment, 'The contact is back')
    return null
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
    return deps.clock().add(AGAIN)
  }
}
