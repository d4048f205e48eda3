import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Id } from '#shared/contract/common.ts'
import { Preflight, SampleQuery } from '#shared/contract/preflight.ts'
import type { ReadDomainFacts } from './read-domain-facts.ts'
import { runPreflight } from './run-preflight.ts'

export interface PreflightRoutes {
  readonly deps: Deps
  /** Undefined: nothing is said of the domain. */
  readonly readDomain: ReadDomainFacts | undefined
}

export const preflightRoutes: FastifyPluginAsyncTypebox<PreflightRoutes> = async (app, { deps, readDomain }) => {
  app.get(
    '/sequences/:sequenceId/preflight',
    {
      preHandler: requireAdmin(deps),
      schema: {
        params: Type.Object({ sequenceId: Id }),
        querystring: SampleQuery,
        response: { 200: Answer(Preflight) },
      },
    },
    async (request) => ({
      ok: true as const,
      data: await runPreflight(deps, request.portal, request.params.sequenceId, request.query, readDomain),
    }),
  )
}
