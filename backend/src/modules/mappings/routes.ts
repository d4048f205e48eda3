import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Done } from '#shared/contract/common.ts'
import { MappingChoices, MappingRow, RemoveMapping, SaveMapping, SwitchMapping } from '#shared/contract/mapping.ts'
import { listChoices } from './list-choices.ts'
import { listMappings } from './list-mappings.ts'
import { removeMapping } from './remove-mapping.ts'
import { saveMapping } from './save-mapping.ts'
import { switchMapping } from './switch-mapping.ts'

const Mappings = Type.Object({ mappings: Type.Array(MappingRow) })

export const mappingRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get('/mappings', { schema: { response: { 200: Answer(Mappings) } } }, async (request) => ({
    ok: true as const,
    data: { mappings: await listMappings(deps, request.portal) },
  }))

  app.get('/mappings/choices', { schema: { response: { 200: Answer(MappingChoices) } } }, async (request) => ({
    ok: true as const,
    data: await listChoices(deps, request.portal),
  }))

  app.put(
    '/mappings',
    { preHandler: requireAdmin(deps), schema: { body: SaveMapping, response: { 200: Answer(Done) } } },
    async (request) => ({ ok: true as const, data: await saveMapping(deps, request.portal, request.body) }),
  )

  app.post(
    '/mappings/switch',
    { preHandler: requireAdmin(deps), schema: { body: SwitchMapping, response: { 200: Answer(Done) } } },
    async (request) => ({ ok: true as const, data: await switchMapping(deps, request.portal, request.body) }),
  )

  app.post(
    '/mappings/remove',
    { preHandler: requireAdmin(deps), schema: { body: RemoveMapping, response: { 200: Answer(Done) } } },
    async (request) => ({ ok: true as const, data: await removeMapping(deps, request.portal, request.body) }),
  )
}
