import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { AnswerApproval, ApprovalRow } from '#shared/contract/approval.ts'
import { Answer, Done, Id } from '#shared/contract/common.ts'
import { answerApproval } from './answer-approval.ts'
import { listApprovals } from './list-approvals.ts'

const Approvals = Type.Object({ approvals: Type.Array(ApprovalRow) })
const Params = Type.Object({ approvalId: Id })

export const approvalRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get('/approvals', { schema: { response: { 200: Answer(Approvals) } } }, async (request) => ({
    ok: true as const,
    data: { approvals: await listApprovals(deps, request.portal) },
  }))

  app.post(
    '/approvals/:approvalId',
    {
      preHandler: requireAdmin(deps),
      schema: { params: Params, body: AnswerApproval, response: { 200: Answer(Done) } },
    },
    async (request) => ({
      ok: true as const,
      data: await answerApproval(deps, request.portal, request.params.approvalId, request.body),
    }),
  )
}
