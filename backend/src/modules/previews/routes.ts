import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Id } from '#shared/contract/common.ts'
import { SampleDeals, SampleDealsQuery, StepPreview, StepPreviewQuery } from '#shared/contract/preflight.ts'
import { listSampleDeals } from './list-sample-deals.ts'
import { previewStep } from './preview-step.ts'

const One = Type.Object({ sequenceId: Id })

/** For admins alone: they show what HubSpot knows of any contact to somebody who may not see that contact's record. */
export const previewRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const preHandler = requireAdmin(deps)

  app.get(
    '/deals',
    { preHandler, schema: { querystring: SampleDealsQuery, response: { 200: Answer(SampleDeals) } } },
    async (request) => ({ ok: true as const, data: await listSampleDeals(deps, request.portal, request.query) }),
  )

  app.get(
    '/sequences/:sequenceId/preview',
    { preHandler, schema: { params: One, querystring: StepPreviewQuery, response: { 200: Answer(StepPreview) } } },
    async (request) => ({
      ok: true as const,
      data: await previewStep(deps, request.portal, request.params.sequenceId, request.query),
    }),
  )
}
