import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import { Answer, Id } from '#shared/contract/common.ts'
import {
  AnswerReview,
  PublishApproval,
  SavePublishApproval,
  SequenceReview,
} from '#shared/contract/publish-approval.ts'
import { Sequence } from '#shared/contract/sequence.ts'
import { answerReview } from './answer-review.ts'
import { getPublishApproval } from './get-publish-approval.ts'
import { getReview } from './get-review.ts'
import { savePublishApproval } from './save-publish-approval.ts'

const One = Type.Object({ sequenceId: Id })

export const publishRequestRoutes: FastifyPluginAsyncTypebox<{ deps: Deps; tools: TemplateTools }> = async (
  app,
  { deps, tools },
) => {
  const preHandler = requireAdmin(deps)

  app.get('/publish-approval', { schema: { response: { 200: Answer(PublishApproval) } } }, async (request) => ({
    ok: true as const,
    data: await getPublishApproval(deps, request.portal),
  }))

  app.put(
    '/publish-approval',
    { preHandler, schema: { body: SavePublishApproval, response: { 200: Answer(PublishApproval) } } },
    async (request) => ({ ok: true as const, data: await savePublishApproval(deps, request.portal, request.body) }),
  )

  app.get(
    '/sequences/:sequenceId/review',
    { schema: { params: One, response: { 200: Answer(SequenceReview) } } },
    async (request) => ({
      ok: true as const,
      data: await getReview(deps, request.portal, request.params.sequenceId),
    }),
  )

  app.post(
    '/sequences/:sequenceId/review',
    { preHandler, schema: { params: One, body: AnswerReview, response: { 200: Answer(Sequence) } } },
    async (request) => ({
      ok: true as const,
      data: await answerReview(deps, request.portal, request.params.sequenceId, request.body, tools),
    }),
  )
}
