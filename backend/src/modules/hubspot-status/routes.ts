import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer } from '#shared/contract/common.ts'
import { HubSpotStatus, SaveHubSpotStatus } from '#shared/contract/hubspot-status.ts'
import { getStatusSetting } from './get-status-setting.ts'
import { saveStatusSetting } from './save-status-setting.ts'

export const hubspotStatusRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get('/hubspot-status', { schema: { response: { 200: Answer(HubSpotStatus) } } }, async (request) => ({
    ok: true as const,
    data: await getStatusSetting(deps, request.portal),
  }))

  app.put(
    '/hubspot-status',
    { preHandler: requireAdmin(deps), schema: { body: SaveHubSpotStatus, response: { 200: Answer(HubSpotStatus) } } },
    async (request) => ({ ok: true as const, data: await saveStatusSetting(deps, request.portal, request.body) }),
  )
}
