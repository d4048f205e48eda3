import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { Answer } from '#shared/contract/common.ts'
import { HubSpotRequestRow } from '#shared/contract/event.ts'
import { listRequests } from './list-requests.ts'

const Requests = Type.Object({ requests: Type.Array(HubSpotRequestRow) })

export const requestRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get('/requests', { schema: { response: { 200: Answer(Requests) } } }, async (request) => ({
    ok: true as const,
    data: { requests: await listRequests(deps, request.portal) },
  }))
}
