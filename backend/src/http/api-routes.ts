import type { FastifyInstance } from 'fastify'
import type { Deps } from '#deps'
import type { HubSpotOAuth } from '#hubspot/oauth.ts'
import { checkTemplate } from '#mail/check-template.ts'
import { MERGE_FIELDS } from '#mail/merge-fields.ts'
import { previewMail } from '#mail/preview-mail.ts'
import { adminRoutes } from '#modules/admins/routes.ts'
import { approvalRoutes } from '#modules/approvals/routes.ts'
import { dealCardRoutes } from '#modules/deal-card/routes.ts'
import { syncDeal } from '#modules/deals/sync-deal.ts'
import { startSequence } from '#modules/decisions/start-sequence.ts'
import { eventLogRoutes } from '#modules/event-log/routes.ts'
import { faultyStepRoutes } from '#modules/faulty-steps/routes.ts'
import { hubspotMailRoutes } from '#modules/hubspot-mail/routes.ts'
import { hubspotStatusRoutes } from '#modules/hubspot-status/routes.ts'
import { disconnect } from '#modules/installations/disconnect.ts'
import { getConnection } from '#modules/installations/get-connection.ts'
import { lateMailRoutes } from '#modules/late-mails/routes.ts'
import { limitRoutes } from '#modules/limits/routes.ts'
import { mappingRoutes } from '#modules/mappings/routes.ts'
import { numberRoutes } from '#modules/numbers/routes.ts'
import { ownerRoutes } from '#modules/owners/routes.ts'
import { pipelineRoutes } from '#modules/pipelines/routes.ts'
import { placeRoutes } from '#modules/places/routes.ts'
import { preflightRoutes } from '#modules/preflight/routes.ts'
import { previewRoutes } from '#modules/previews/routes.ts'
import { publishRequestRoutes } from '#modules/publish-requests/routes.ts'
import { requestRoutes } from '#modules/requests/routes.ts'
import { scenarioRoutes } from '#modules/scenarios/routes.ts'
import { scheduleRoutes } from '#modules/schedules/routes.ts'
import { senderRoutes } from '#modules/sender/routes.ts'
import { readDefaultDomain } from '#modules/senders/read-default-domain.ts'
import { sendersRoutes } from '#modules/senders/routes.ts'
import { sequenceFileRoutes } from '#modules/sequence-files/routes.ts'
import { sequenceRoutes, sequenceVersionRoutes } from '#modules/sequences/routes.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import { settingsRoutes } from '#modules/settings/routes.ts'
import { answerStep } from '#modules/steps/answer-step.ts'
import { mailApprovalRoutes } from '#modules/steps/routes.ts'
import { testMailRoutes } from '#modules/test-mails/routes.ts'
import { versionMoveRoutes } from '#modules/version-moves/routes.ts'
import { whatIfRoutes } from '#modules/what-if/routes.ts'

/** Mounts everything that cards and the settings page call, in a scope that `verifyRequests` guards. */
export async function apiRoutes(api: FastifyInstance, deps: Deps, oauth: HubSpotOAuth): Promise<void> {
  const tools: TemplateTools = { check: checkTemplate, preview: previewMail, fields: MERGE_FIELDS }
  await api.register(dealCardRoutes, { deps, syncDeal, startSequence, resolveStep: answerStep })
  await api.register(mailApprovalRoutes, { deps })
  await api.register(settingsRoutes, {
    deps,
    getConnection,
    disconnect: (portal) => disconnect({ ...deps, oauth }, portal),
  })
  await api.register(adminRoutes, { deps })
  await api.register(senderRoutes, { deps })
  await api.register(sendersRoutes, { deps })
  await api.register(ownerRoutes, { deps })
  await api.register(limitRoutes, { deps })
  await api.register(faultyStepRoutes, { deps })
  await api.register(lateMailRoutes, { deps })
  await api.register(placeRoutes, { deps })
  await api.register(pipelineRoutes, { deps })
  await api.register(mappingRoutes, { deps })
  await api.register(approvalRoutes, { deps })
  await api.register(sequenceRoutes, { deps, tools })
  await api.register(preflightRoutes, {
    deps,
    readDomain: (trx, portalId) => readDefaultDomain(deps, trx, portalId),
  })
  await api.register(sequenceVersionRoutes, { deps, tools })
  await api.register(sequenceFileRoutes, { deps, tools })
  await api.register(publishRequestRoutes, { deps, tools })
  await api.register(versionMoveRoutes, { deps })
  await api.register(previewRoutes, { deps })
  await api.register(testMailRoutes, { deps })
  await api.register(scheduleRoutes)
  await api.register(eventLogRoutes, { deps })
  await api.register(requestRoutes, { deps })
  await api.register(numberRoutes, { deps })
  await api.register(hubspotStatusRoutes, { deps })
  await api.register(hubspotMailRoutes, { deps })
  await api.register(whatIfRoutes, { deps })
  await api.register(scenarioRoutes, { deps })
}
