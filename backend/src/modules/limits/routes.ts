import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Id } from '#shared/contract/common.ts'
import { AllowSending, SavedSendingRules, SaveSendingRules, StopSending, Stops } from '#shared/contract/limits.ts'
import { allowByPerson } from './allow-by-person.ts'
import { getRules } from './get-rules.ts'
import { getStops } from './get-stops.ts'
import { saveRules } from './save-rules.ts'
import { stopByPerson } from './stop-by-person.ts'

const One = Type.Object({ sequenceId: Id })

export const limitRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const preHandler = requireAdmin(deps)
  const stops = { 200: Answer(Stops) }
  const rules = { 200: Answer(SavedSendingRules) }

  app.get('/stops', { schema: { response: stops } }, async (request) => ({
    ok: true as const,
    data: await getStops(deps, request.portal),
  }))

  app.post('/stops', { preHandler, schema: { body: StopSending, response: stops } }, async (request) => ({
    ok: true as const,
    data: await stopByPerson(deps, request.portal, null, request.body),
  }))

  app.post('/stops/lift', { preHandler, schema: { body: AllowSending, response: stops } }, async (request) => ({
    ok: true as const,
    data: await allowByPerson(deps, request.portal, null, request.body),
  }))

  app.post(
    '/sequences/:sequenceId/stop',
    { preHandler, schema: { params: One, body: StopSending, response: stops } },
    async (request) => ({
      ok: true as const,
      data: await stopByPerson(deps, request.portal, request.params.sequenceId, request.body),
    }),
  )

  app.post(
    '/sequences/:sequenceId/stop/lift',
    { preHandler, schema: { params: One, body: AllowSending, response: stops } },
    async (request) => ({
      ok: true as const,
      data: await allowByPerson(deps, request.portal, request.params.sequenceId, request.body),
    }),
  )

  app.get('/rules', { schema: { response: rules } }, async (request) => ({
    ok: true as const,
    data: await getRules(deps, request.portal),
  }))

  app.put('/rules', { preHandler, schema: { body: SaveSendingRules, response: rules } }, async (request) => ({
    ok: true as const,
    data: await saveRules(deps, request.portal, request.body),
  }))
}
