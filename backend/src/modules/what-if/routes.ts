import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Id } from '#shared/contract/common.ts'
import { AskWhatIf, WhatIf } from '#shared/contract/what-if.ts'
import { askWhatIf } from './ask-what-if.ts'
import { getWhatIf } from './get-what-if.ts'

const One = Type.Object({ sequenceId: Id })

export const whatIfRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const preHandler = requireAdmin(deps)
  const response = { 200: Answer(WhatIf) }

  app.get('/sequences/:sequenceId/what-if', { preHandler, schema: { params: One, response } }, async (request) => ({
    ok: true as const,
    data: await getWhatIf(deps, request.portal, request.params.sequenceId),
  }))

  app.post(
    '/sequences/:sequenceId/what-if',
    { preHandler, schema: { params: One, body: AskWhatIf, response } },
    async (request) => ({
      ok: true as const,
      data: await askWhatIf(deps, request.portal, request.params.sequenceId, request.body),
    }),
  )
}
