import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Change } from '#shared/contract/common.ts'
import { Pipelines } from '#shared/contract/pipeline.ts'
import { listPipelines } from './list-pipelines.ts'
import { refreshPipelines } from './refresh-pipelines.ts'

export const pipelineRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get('/pipelines', { schema: { response: { 200: Answer(Pipelines) } } }, async (request) => ({
    ok: true as const,
    data: await listPipelines(deps, request.portal),
  }))

  app.post(
    '/pipelines/refresh',
    { preHandler: requireAdmin(deps), schema: { body: Change, response: { 200: Answer(Pipelines) } } },
    async (request) => ({ ok: true as const, data: await refreshPipelines(deps, request.portal, request.body) }),
  )
}
