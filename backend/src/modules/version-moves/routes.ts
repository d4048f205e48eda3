import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Id } from '#shared/contract/common.ts'
import { MoveEnrollments, MovePreview, MovePreviewQuery, MoveProgress } from '#shared/contract/version-move.ts'
import { moveEnrollments } from './move-enrollments.ts'
import { previewMove } from './preview-move.ts'

const One = Type.Object({ sequenceId: Id })

export const versionMoveRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const preHandler = requireAdmin(deps)

  app.get(
    '/sequences/:sequenceId/moves',
    { preHandler, schema: { params: One, querystring: MovePreviewQuery, response: { 200: Answer(MovePreview) } } },
    async (request) => ({
      ok: true as const,
      data: await previewMove(deps, request.portal, request.params.sequenceId, request.query),
    }),
  )

  app.post(
    '/sequences/:sequenceId/moves',
    { preHandler, schema: { params: One, body: MoveEnrollments, response: { 200: Answer(MoveProgress) } } },
    async (request) => ({
      ok: true as const,
      data: await moveEnrollments(deps, request.portal, request.params.sequenceId, request.body),
    }),
  )
}
