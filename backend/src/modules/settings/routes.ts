import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { PortalContext } from '#core/context.ts'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Done } from '#shared/contract/common.ts'
import { Disconnect, Settings } from '#shared/contract/installation.ts'
import { type GetConnection, getSettings } from './get-settings.ts'

export interface SettingsRoutesOptions {
  deps: Deps
  getConnection: GetConnection
  /** Ends the connection, also at HubSpot; doing it twice must do no harm, because it is not one transaction. */
  disconnect: (portal: PortalContext) => Promise<unknown>
}

export const settingsRoutes: FastifyPluginAsyncTypebox<SettingsRoutesOptions> = async (app, options) => {
  const { deps, getConnection, disconnect } = options

  app.get('/settings', { schema: { response: { 200: Answer(Settings) } } }, async (request) => ({
    ok: true as const,
    data: await getSettings(deps, request.portal, getConnection),
  }))

  app.post(
    '/disconnect',
    { preHandler: requireAdmin(deps), schema: { body: Disconnect, response: { 200: Answer(Done) } } },
    async (request) => {
      await disconnect(request.portal)
      return { ok: true as const, data: { done: true as const } }
    },
  )
}
