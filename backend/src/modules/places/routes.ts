import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer } from '#shared/contract/common.ts'
import { Places, SavePlaces } from '#shared/contract/place.ts'
import { listPlaces } from './list-places.ts'
import { savePlaces } from './save-places.ts'

export const placeRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const response = { 200: Answer(Places) }
  app.get('/places', { schema: { response } }, async (request) => ({
    ok: true as const,
    data: await listPlaces(deps, request.portal),
  }))

  app.put('/places', { preHandler: requireAdmin(deps), schema: { body: SavePlaces, response } }, async (request) => ({
    ok: true as const,
    data: await savePlaces(deps, request.portal, request.body),
  }))
}
