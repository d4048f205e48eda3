import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer } from '#shared/contract/common.ts'
import { DecideAllLateMails, DecideLateMails, LateMails, LateMailsDecided } from '#shared/contract/limits.ts'
import { decideLateMails } from './decide-late-mails.ts'
import { listLateMails } from './list-late-mails.ts'

export const lateMailRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const preHandler = requireAdmin(deps)
  app.get('/late-mails', { schema: { response: { 200: Answer(LateMails) } } }, async (request) => ({
    ok: true as const,
    data: await listLateMails(deps, request.portal),
  }))

  const response = { 200: Answer(LateMailsDecided) }
  app.post('/late-mails', { preHandler, schema: { body: DecideLateMails, response } }, async (request) => ({
    ok: true as const,
    data: await decideLateMails(deps, request.portal, request.body),
  }))

  app.post('/late-mails/all', { preHandler, schema: { body: DecideAllLateMails, response } }, async (request) => ({
    ok: true as const,
    data: await decideLateMails(deps, request.portal, { ...request.body, stepRunIds: null }),
  }))
}
