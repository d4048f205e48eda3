import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Change, HubSpotId } from '#shared/contract/common.ts'
import { LinkOwner, Owners } from '#shared/contract/sender.ts'
import { linkOwner } from './link-owner.ts'
import { listOwners } from './list-owners.ts'
import { refreshOwners } from './refresh-owners.ts'

const One = Type.Object({ ownerId: HubSpotId })

export const ownerRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const response = { 200: Answer(Owners) }
  const preHandler = requireAdmin(deps)

  app.get('/owners', { schema: { response } }, async (request) => ({
    ok: true as const,
    data: await listOwners(deps, request.portal),
  }))

  app.post('/owners/refresh', { preHandler, schema: { body: Change, response } }, async (request) => ({
    ok: true as const,
    data: await refreshOwners(deps, request.portal, request.body),
  }))

  app.put('/owners/:ownerId', { preHandler, schema: { params: One, body: LinkOwner, response } }, async (request) => ({
    ok: true as const,
    data: await linkOwner(deps, request.portal, request.params.ownerId, request.body),
  }))
}
