import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Change } from '#shared/contract/common.ts'
import { LateMailsDecided } from '#shared/contract/limits.ts'
import { retryFaultySteps } from './retry-faulty-steps.ts'

export const faultyStepRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const schema = { body: Change, response: { 200: Answer(LateMailsDecided) } }
  app.post('/faulty-steps/retry', { preHandler: requireAdmin(deps), schema }, async (request) => ({
    ok: true as const,
    data: await retryFaultySteps(deps, request.portal, request.body),
  }))
}
