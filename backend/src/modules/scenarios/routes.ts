import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Id } from '#shared/contract/common.ts'
import { RemoveScenarios, SaveScenarios, Scenarios } from '#shared/contract/scenario.ts'
import { getScenarios } from './get-scenarios.ts'
import { removeScenarios } from './remove-scenarios.ts'
import { saveScenarios } from './save-scenarios.ts'

const One = Type.Object({ sequenceId: Id })
/** Fifty stories of ten happenings are larger than other requests. */
const bodyLimit = 1024 * 1024

export const scenarioRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const response = { 200: Answer(Scenarios) }

  app.get('/sequences/:sequenceId/scenarios', { schema: { params: One, response } }, async (request) => ({
    ok: true as const,
    data: await getScenarios(deps, request.portal, request.params.sequenceId),
  }))

  app.put(
    '/sequences/:sequenceId/scenarios',
    { bodyLimit, preHandler: requireAdmin(deps), schema: { params: One, body: SaveScenarios, response } },
    async (request) => ({
      ok: true as const,
      data: await saveScenarios(deps, request.portal, request.params.sequenceId, request.body),
    }),
  )

  app.post(
    '/sequences/:sequenceId/scenarios/remove',
    { preHandler: requireAdmin(deps), schema: { params: One, body: RemoveScenarios, response } },
    async (request) => ({
      ok: true as const,
      data: await removeScenarios(deps, request.portal, request.params.sequenceId, request.body),
    }),
  )
}
