import { randomUUID } from 'node:crypto'
import type { Trx } from '#db/database.ts'

/** A move with its outcome, an approval that waits, and the setting that asks for one; `mark` in every text. */
export async function addVersionHistory(
  trx: Trx,
  portalId: number,
  {
    mark,
    now,
    sequenceId,
    enrollmentId,
  }: { mark: string; now: Temporal.Instant; sequenceId: string; enrollmentId: string },
): Promise<void> {
  const moveId = randomUUID()
  await trx
    .insertInto('versionMoves')
    .values({ portalId, id: moveId, sequenceId, toVersion: 1, startedAt: now, startedBy: mark })
    .execute()
  await trx
    .insertInto('versionMoveOutcomes')
    .values({ portalId, moveId, enrollmentId, fromVersion: 1, reason: `Because of ${mark}`, at: now })
    .execute()
  await trx
    .insertInto('sequenceSettings')
    .values({ portalId, needsApproval: false, changedAt: now, changedBy: mark })
    .execute()
  await trx
    .insertInto('publishRequests')
    .values({
      ...{ portalId, id: randomUUID(), sequenceId, revision: 1, status: 'waiting', submittedAt: now },
      ...{ submittedBy: `${mark}@example.com`, answeredAt: null, answeredBy: null, comment: mark },
    })
    .execute()
}
