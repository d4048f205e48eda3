import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import { Answer, Id } from '#shared/contract/common.ts'
import { Sequence } from '#shared/contract/sequence.ts'
import {
  CheckImport,
  CreateFromStarter,
  ExportQuery,
  ImportPlan,
  ImportSequence,
  SequenceFile,
  Starters,
} from '#shared/contract/sequence-file.ts'
import { checkImport } from './check-import.ts'
import { createFromStarter } from './create-from-starter.ts'
import { exportSequence } from './export-sequence.ts'
import { importSequence } from './import-sequence.ts'
import { listStarters } from './list-starters.ts'

const One = Type.Object({ sequenceId: Id })
/** As for sequences: the longest is larger than other requests, and HubSpot's fetch sends 1 MB at most. */
const bodyLimit = 1024 * 1024

export const sequenceFileRoutes: FastifyPluginAsyncTypebox<{ deps: Deps; tools: TemplateTools }> = async (
  app,
  { deps, tools },
) => {
  const preHandler = requireAdmin(deps)
  const response = { 200: Answer(Sequence) }

  app.get(
    '/sequences/:sequenceId/file',
    { schema: { params: One, querystring: ExportQuery, response: { 200: Answer(SequenceFile) } } },
    async (request) => ({
      ok: true as const,
      data: await exportSequence(deps, request.portal, request.params.sequenceId, request.query),
    }),
  )

  app.post(
    '/sequences/import/check',
    { bodyLimit, preHandler, schema: { body: CheckImport, response: { 200: Answer(ImportPlan) } } },
    async (request) => ({ ok: true as const, data: await checkImport(deps, request.portal, request.body, tools) }),
  )

  app.post(
    '/sequences/import',
    { bodyLimit, preHandler, schema: { body: ImportSequence, response } },
    async (request) => ({
      ok: true as const,
      data: await importSequence(deps, request.portal, request.body, tools),
    }),
  )

  app.get('/sequences/starters', { schema: { response: { 200: Answer(Starters) } } }, async () => ({
    ok: true as const,
    data: listStarters(),
  }))

  app.post('/sequences/starters', { preHandler, schema: { body: CreateFromStarter, response } }, async (request) => ({
    ok: true as const,
    data: await createFromStarter(deps, request.portal, request.body, tools),
  }))
}
