import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer } from '#shared/contract/common.ts'
import { SaveSender, Sender } from '#shared/contract/installation.ts'
import { getSender } from './get-sender.ts'
import { saveSender } from './save-sender.ts'

export const senderRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get('/sender', { schema: { response: { 200: Answer(Sender) } } }, async (request) => ({
    ok: true as const,
    data: await getSender(deps, request.portal),
  }))

  app.put(
    '/sender',
    { preHandler: requireAdmin(deps), schema: { body: SaveSender, response: { 200: Answer(Sender) } } },
    async (request) => ({ ok: true as const, data: await saveSender(deps, request.portal, request.body) }),
  )
}
