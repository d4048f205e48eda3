import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer } from '#shared/contract/common.ts'
import { HubSpotMail, SaveHubSpotMail, SubscriptionTypes } from '#shared/contract/hubspot-mail.ts'
import { getHubSpotMail } from './get-hubspot-mail.ts'
import { listSubscriptions } from './list-subscriptions.ts'
import { saveHubSpotMail } from './save-hubspot-mail.ts'

export const hubspotMailRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get('/hubspot-mail', { schema: { response: { 200: Answer(HubSpotMail) } } }, async (request) => ({
    ok: true as const,
    data: await getHubSpotMail(deps, request.portal),
  }))

  app.get(
    '/hubspot-mail/subscriptions',
    { schema: { response: { 200: Answer(SubscriptionTypes) } } },
    async (request) => ({ ok: true as const, data: await listSubscriptions(deps, request.portal) }),
  )

  app.put(
    '/hubspot-mail',
    { preHandler: requireAdmin(deps), schema: { body: SaveHubSpotMail, response: { 200: Answer(HubSpotMail) } } },
    async (request) => ({ ok: true as const, data: await saveHubSpotMail(deps, request.portal, request.body) }),
  )
}
