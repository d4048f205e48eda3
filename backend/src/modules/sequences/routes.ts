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
import {
  DiffQuery,
  RestoreVersion,
  SequenceDiff,
  SequenceVersion,
  VersionList,
  VersionNumber,
} from '#shared/contract/sequence-version.ts'
import { changeSequenceStatus } from './change-sequence-status.ts'
import { createSequence } from './create-sequence.ts'
import { diffVersions } from './diff-versions.ts'
import { getSequence } from './get-sequence.ts'
import { getVersion } from './get-version.ts'
import { listSequences } from './list-sequences.ts'
import { listVersions } from './list-versions.ts'
import { restoreVersion } from './restore-version.ts'
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

const OneVersion = Type.Object({ sequenceId: Id, version: VersionNumber })

/** The published versions of a sequence: what they say, what differs, and the way back to one. */
export const sequenceVersionRoutes: FastifyPluginAsyncTypebox<{ deps: Deps; tools: TemplateTools }> = async (
  app,
  { deps, tools },
) => {
  app.get(
    '/sequences/:sequenceId/versions',
    { schema: { params: One, response: { 200: Answer(VersionList) } } },
    async (request) => ({
      ok: true as const,
      data: await listVersions(deps, request.portal, request.params.sequenceId),
    }),
  )

  app.get(
    '/sequences/:sequenceId/versions/:version',
    { schema: { params: OneVersion, response: { 200: Answer(SequenceVersion) } } },
    async (request) => ({
      ok: true as const,
      data: await getVersion(deps, request.portal, request.params.sequenceId, request.params.version),
    }),
  )

  app.get(
    '/sequences/:sequenceId/diff',
    { schema: { params: One, querystring: DiffQuery, response: { 200: Answer(SequenceDiff) } } },
    async (request) => ({
      ok: true as const,
      data: await diffVersions(deps, request.portal, request.params.sequenceId, request.query),
    }),
  )

  app.post(
    '/sequences/:sequenceId/versions/:version/draft',
    {
      preHandler: requireAdmin(deps),
      schema: { params: OneVersion, body: RestoreVersion, response: { 200: Answer(Sequence) } },
    },
    async (request) => ({
      ok: true as const,
      data: await restoreVersion(deps, request.portal, request.params, request.body, tools),
    }),
  )
}
