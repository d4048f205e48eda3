import { randomUUID } from 'node:crypto'
import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import { moveEnrollments } from '#modules/version-moves/move-enrollments.ts'
import { previewMove } from '#modules/version-moves/preview-move.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { Sending } from '#test/support/sending.ts'

/** Publishing and moving, for a portal that sends. */
export function useMoves(sending: Sending) {
  const { deps, portalId, sequenceId } = sending
  const admin: PortalContext = {
    portalId,
    actor: { kind: 'user', userId: '7', email: 'admin@example.com' },
    requestId: 'test',
  }
  return {
    admin,
    publishes: (version: number, definition: Partial<SequenceDefinition>) =>
      inPortal(deps.db, portalId, async (trx) => {
        const content = JSON.stringify({ ...sending.sequence.definition, ...definition })
        const published = { portalId, sequenceId, version, definition: content }
        await trx
          .insertInto('sequenceVersions')
          .values({ ...published, publishedAt: deps.clock(), publishedBy: null })
          .execute()
        await trx
          .updateTable('sequences')
          .set({ version, draft: content, draftPublished: true })
          .where('portalId', '=', portalId)
          .where('id', '=', sequenceId)
          .execute()
      }),
    previews: (version: number, after?: string) =>
      previewMove(deps, admin, sequenceId, { version: String(version), ...(after ? { after } : {}) }),
    moves: (version: number, idempotencyKey: string = randomUUID()) =>
      moveEnrollments(deps, admin, sequenceId, { version, idempotencyKey }),
    versionOf: async (enrollmentId: string) =>
      (
        await sending.query<{ version: number; stepPosition: number; stepCount: number; stageId: string | null }>(
          `select version, step_position, step_count, stage_id from enrollments where portal_id = ${portalId} and id = '${enrollmentId}'`,
        )
      )[0],
  }
}
