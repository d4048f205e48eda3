import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { Answer, Id } from '#shared/contract/common.ts'
import { Numbers, NumbersQuery, SequenceNumbers } from '#shared/contract/numbers.ts'
import { getNumbers } from './get-numbers.ts'
import { getSequenceNumbers } from './get-sequence-numbers.ts'

const One = Type.Object({ sequenceId: Id })

export const numberRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get(
    '/numbers',
    { schema: { querystring: NumbersQuery, response: { 200: Answer(Numbers) } } },
    async (request) => ({ ok: true as const, data: await getNumbers(deps, request.portal, request.query) }),
  )

  app.get(
    '/numbers/:sequenceId',
    { schema: { params: One, querystring: NumbersQuery, response: { 200: Answer(SequenceNumbers) } } },
    async (request) => ({
      ok: true as const,
      data: await getSequenceNumbers(deps, request.portal, request.params.sequenceId, request.query),
    }),
  )
}
