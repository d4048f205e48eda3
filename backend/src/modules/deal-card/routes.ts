import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { steerEnrollment } from '#modules/enrollments/steer-enrollment.ts'
import { Answer, Done, HubSpotId, Id } from '#shared/contract/common.ts'
import {
  DealCard,
  ResolveStep,
  ResumePreview,
  StartResult,
  StartSequence,
  SteerEnrollment,
} from '#shared/contract/enrollment.ts'
import { getDealCard } from './get-deal-card.ts'
import { previewResume } from './preview-resume.ts'
import { refreshBeforeRetry } from './refresh-before-retry.ts'
import type { SyncDeal } from './try-sync.ts'

export interface DealCardRoutesOptions {
  deps: Deps
  syncDeal: SyncDeal
  startSequence: (deps: Deps, portal: PortalContext, dealId: string, input: StartSequence) => Promise<StartResult>
  resolveStep: (deps: Deps, portal: PortalContext, stepRunId: string, input: ResolveStep) => Promise<Done>
}

const OneDeal = Type.Object({ dealId: HubSpotId })
const OneEnrollment = Type.Object({ enrollmentId: Id })
const OneStepRun = Type.Object({ stepRunId: Id })

export const dealCardRoutes: FastifyPluginAsyncTypebox<DealCardRoutesOptions> = async (app, options) => {
  const { deps, syncDeal, startSequence, resolveStep } = options

  app.get('/deals/:dealId', { schema: { params: OneDeal, response: { 200: Answer(DealCard) } } }, async (request) => ({
    ok: true as const,
    data: await getDealCard(deps, request.portal, request.params.dealId, syncDeal),
  }))

  app.post(
    '/deals/:dealId/enrollments',
    { schema: { params: OneDeal, body: StartSequence, response: { 200: Answer(StartResult) } } },
    async (request) => ({
      ok: true as const,
      data: await startSequence(deps, request.portal, request.params.dealId, request.body),
    }),
  )

  app.post(
    '/enrollments/:enrollmentId',
    { schema: { params: OneEnrollment, body: SteerEnrollment, response: { 200: Answer(Done) } } },
    async (request) => ({
      ok: true as const,
      data: await steerEnrollment(deps, request.portal, request.params.enrollmentId, request.body),
    }),
  )

  app.get(
    '/enrollments/:enrollmentId/resume',
    { schema: { params: OneEnrollment, response: { 200: Answer(ResumePreview) } } },
    async (request) => ({
      ok: true as const,
      data: await previewResume(deps, request.portal, request.params.enrollmentId),
    }),
  )

  app.post(
    '/step-runs/:stepRunId',
    { schema: { params: OneStepRun, body: ResolveStep, response: { 200: Answer(Done) } } },
    async (request) => {
      const { stepRunId } = request.params
      if (request.body.action === 'retry') await refreshBeforeRetry(deps, request.portal, stepRunId, syncDeal)
      return { ok: true as const, data: await resolveStep(deps, request.portal, stepRunId, request.body) }
    },
  )
}
