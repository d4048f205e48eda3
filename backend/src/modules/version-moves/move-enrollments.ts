import type { PortalContext } from '#core/context.ts'
import { faultCode } from '#core/fault-code.ts'
import { hitsEverybody } from '#db/hits-everybody.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import type { MoveEnrollments, MoveProgress } from '#shared/contract/version-move.ts'
import { getTarget } from './get-target.ts'
import { leaveOne } from './leave-one.ts'
import { moveOne } from './move-one.ts'
import { countOutcomes, listStayed } from './outcome-repository.ts'
import { countUndecided, insertMove, listUndecided, type MoveRecord } from './repository.ts'

/** Enrollments a call looks at: some ten statements each, well within the 15 seconds that HubSpot waits for an answer. */
const PER_CALL = 100
const REASONS = 50

type MoveDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'log'>

/**
 * Moves the running enrollments of a sequence to one of its versions: up to a hundred by each call with the same key, each in a
 * transaction of its own. The first call writes the move down; every enrollment is decided about once under it, whoever repeats
 * the call; one that fails by an error of its own stays where it is and says so. Throws `not_found`, and `conflict` for an archived sequence or a key that was used for something else.
 */
export async function moveEnrollments(
  deps: MoveDeps,
  portal: PortalContext,
  sequenceId: string,
  input: MoveEnrollments,
): Promise<MoveProgress> {
  const { portalId } = portal
  const { outlines } = await inPortal(deps.db, portalId, (trx) => getTarget(trx, portalId, sequenceId, input.version))
  const move = await startMove(deps, portal, sequenceId, input)
  const ids = await inPortal(deps.db, portalId, (trx) => listUndecided(trx, portalId, move, PER_CALL))
  for (const id of ids) {
    try {
      await inPortal(deps.db, portalId, (trx) => moveOne(deps, trx, portal, move, id, outlines))
    } catch (error) {
      if (hitsEverybody(error)) throw error
      deps.log.error(
        { portalId, enrollmentId: id, code: faultCode(error), err: error },
        'enrollment could not be moved',
      )
      const reason = `Stagecue failed on it (error ${faultCode(error)}). It goes on in its version; a new move tries it again.`
      await inPortal(deps.db, portalId, (trx) => leaveOne(deps, trx, portalId, move, id, reason))
    }
  }
  return inPortal(deps.db, portalId, async (trx) => ({
    version: move.toVersion,
    ...(await countOutcomes(trx, portalId, move.id)),
    left: await countUndecided(trx, portalId, move),
    reasons: await listStayed(trx, portalId, move.id, REASONS),
  }))
}

function startMove(
  deps: MoveDeps,
  portal: PortalContext,
  sequenceId: string,
  { version, idempotencyKey: key }: MoveEnrollments,
): Promise<MoveRecord> {
  const change = { key, operation: 'sequence.move', input: { sequenceId, version } }
  return once(deps, portal, change, async (trx) => {
    const { sequenceName } = await getTarget(trx, portal.portalId, sequenceId, version)
    const move: MoveRecord = { id: deps.ids(), sequenceId, toVersion: version }
    const by = portal.actor.kind === 'user' ? (portal.actor.email ?? portal.actor.userId) : null
    await insertMove(trx, portal.portalId, move, deps.clock(), by)
    await recordActivity(deps, trx, portal, {
      kind: 'sequence.moved',
      subjectId: sequenceId,
      data: { sequence: sequenceName, version },
    })
    return move
  })
}
