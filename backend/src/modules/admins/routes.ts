import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '#deps'
import { Answer, Done } from '#shared/contract/common.ts'
import { SaveAdmins } from '#shared/contract/installation.ts'
import { requireAdmin } from './require-admin.ts'
import { saveAdmins } from './save-admins.ts'

export const adminRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.put(
    '/admins',
    { preHandler: requireAdmin(deps), schema: { body: SaveAdmins, response: { 200: Answer(Done) } } },
    async (request) => ({ ok: true as const, data: await saveAdmins(deps, request.portal, request.body) }),
  )
}
