import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { insertOutcome, lockMoving, type MoveRecord } from './repository.ts'

/** Writes down that an enrollment stays in its version, and why, so that the move goes on without it. */
export async function leaveOne(
  deps: Pick<Deps, 'clock'>,
  trx: Trx,
  portalId: number,
  move: MoveRecord,
  enrollmentId: string,
  reason: string,
): Promise<void> {
  const { sequenceId, toVersion: version } = move
  const enrollment = await lockMoving(trx, portalId, { sequenceId, version, id: enrollmentId })
  if (!enrollment) return
  const fromVersion = enrollment.version
  await insertOutcome(trx, portalId, { moveId: move.id, enrollmentId, fromVersion, reason, at: deps.clock() })
}
