import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Change, Done } from '#shared/contract/common.ts'
import { EventPage, EventQuery, EventRow } from '#shared/contract/event.ts'
import { deleteEvent } from './delete-event.ts'
import { listEvents } from './list-events.ts'
import { rerunEvent } from './rerun-event.ts'

const One = Type.Object({ eventId: EventRow.properties.eventId })

export const eventLogRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const preHandler = requireAdmin(deps)
  const change = { params: One, body: Change, response: { 200: Answer(Done) } }

  app.get(
    '/events',
    { schema: { querystring: EventQuery, response: { 200: Answer(EventPage) } } },
    async (request) => ({ ok: true as const, data: await listEvents(deps, request.portal, request.query) }),
  )

  app.post('/events/:eventId/rerun', { preHandler, schema: change }, async (request) => ({
    ok: true as const,
    data: await rerunEvent(deps, request.portal, request.params.eventId, request.body),
  }))

  app.post('/events/:eventId/delete', { preHandler, schema: change }, async (request) => ({
    ok: true as const,
    data: await deleteEvent(deps, request.portal, request.params.eventId, request.body),
  }))
}
