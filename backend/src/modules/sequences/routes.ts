import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Id } from '#shared/contract/common.ts'
import {
  ChangeSequenceStatus,
  CreateSequence,
  MailPreview,
  PreviewMail,
  SaveSequence,
  Sequence,
  SequenceRow,
} from '#shared/contract/sequence.ts'
import { changeSequenceStatus } from './change-sequence-status.ts'
import { createSequence } from './create-sequence.ts'
import { getSequence } from './get-sequence.ts'
import { listSequences } from './list-sequences.ts'
import { saveSequence } from './save-sequence.ts'
import type { TemplateTools } from './template-tools.ts'

const Sequences = Type.Object({ sequences: Type.Array(SequenceRow) })
/** The longest sequence is larger than other requests; HubSpot's fetch sends 1 MB at most. */
const bodyLimit = 1024 * 1024

const One = Type.Object({ sequenceId: Id })

export const sequenceRoutes: FastifyPluginAsyncTypebox<{ deps: Deps; tools: TemplateTools }> = async (app, options) => {
  const { deps, tools } = options
  const response = { 200: Answer(Sequence) }
  const preHandler = requireAdmin(deps)

  app.get('/sequences', { schema: { response: { 200: Answer(Sequences) } } }, async (request) => ({
    ok: true as const,
    data: { sequences: await listSequences(deps, request.portal) },
  }))

  app.post('/sequences', { bodyLimit, preHandler, schema: { body: CreateSequence, response } }, async (request) => ({
    ok: true as const,
    data: await createSequence(deps, request.portal, request.body, tools),
  }))

  app.get('/sequences/:sequenceId', { schema: { params: One, response } }, async (request) => ({
    ok: true as const,
    data: await getSequence(deps, request.portal, request.params.sequenceId, tools),
  }))

  app.put(
    '/sequences/:sequenceId',
    { bodyLimit, preHandler, schema: { params: One, body: SaveSequence, response } },
    async (request) => ({
      ok: true as const,
      data: await saveSequence(deps, request.portal, request.params.sequenceId, request.body, tools),
    }),
  )

  app.post(
    '/sequences/:sequenceId/status',
    { preHandler, schema: { params: One, body: ChangeSequenceStatus, response } },
    async (request) => ({
      ok: true as const,
      data: await changeSequenceStatus(deps, request.portal, request.params.sequenceId, request.body, tools),
    }),
  )

  app.post(
    '/sequences/preview',
    { bodyLimit, schema: { body: PreviewMail, response: { 200: Answer(MailPreview) } } },
    async (request) => ({ ok: true as const, data: await tools.preview(request.body) }),
  )
}
