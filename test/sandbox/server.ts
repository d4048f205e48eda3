import type { FastifyInstance } from 'fastify'
import { associationRoutes } from './hubspot/associations.ts'
import { batchRoutes } from './hubspot/batches.ts'
import { consentRoutes } from './hubspot/consent.ts'
import { errorBody } from './hubspot/errors.ts'
import { addGate } from './hubspot/gate.ts'
import { tokenRoutes, uninstallRoutes } from './hubspot/oauth.ts'
import { objectRoutes } from './hubspot/objects.ts'
import { preferenceRoutes } from './hubspot/preferences.ts'
import { propertyRoutes } from './hubspot/properties.ts'
import { settingsRoutes } from './hubspot/settings.ts'
import { timelineRoutes } from './hubspot/timeline.ts'
import type { World } from './hubspot/world.ts'

const API_PREFIXES = ['/crm', '/oauth', '/appinstalls', '/account-info', '/integrators', '/communication-preferences']

/** Everything HubSpot itself would answer, behind the gate. The rest of the origin belongs to the sandbox's pages. */
export async function registerHubSpot(app: FastifyInstance, world: World) {
  await app.register(async (api) => {
    addGate(api, world)
    for (const routes of [
      objectRoutes,
      batchRoutes,
      associationRoutes,
      settingsRoutes,
      propertyRoutes,
      timelineRoutes,
      preferenceRoutes,
      uninstallRoutes,
      consentRoutes,
      tokenRoutes,
    ]) {
      await api.register(async (scope) => routes(scope, world))
    }
    for (const prefix of API_PREFIXES) {
      api.all(`${prefix}/*`, async (request, reply) =>
        reply.code(404).send(errorBody('OBJECT_NOT_FOUND', `There is no ${request.method} ${request.url} here.`)),
      )
    }
  })
}
