import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer } from '#shared/contract/common.ts'
import { DecideLateMails, LateMails, LateMailsDecided } from '#shared/contract/limits.ts'
import { decideLateMails } from './decide-late-mails.ts'
import { listLateMails } from './list-late-mails.ts'

export const lateMailRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get('/late-mails', { schema: { response: { 200: Answer(LateMails) } } }, async (request) => ({
    ok: true as const,
    data: await listLateMails(deps, request.portal),
  }))

  app.post(
    '/late-mails',
    { preHandler: requireAdmin(deps), schema: { body: DecideLateMails, response: { 200: Answer(LateMailsDecided) } } },
    async (request) => ({ ok: true as const, data: await decideLateMails(deps, request.portal, request.body) }),
  )
}
