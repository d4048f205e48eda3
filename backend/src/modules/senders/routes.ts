import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Change, Id } from '#shared/contract/common.ts'
import {
  AddSender,
  ChangeSender,
  CheckDomain,
  ChooseDefault,
  SaveDomain,
  Senders,
  SenderTest,
} from '#shared/contract/sender.ts'
import { addSender } from './add-sender.ts'
import { changeSender } from './change-sender.ts'
import { checkDomain } from './check-domain.ts'
import { chooseDefault } from './choose-default.ts'
import { listSenders } from './list-senders.ts'
import { saveDomain } from './save-domain.ts'
import { testSender } from './test-sender.ts'

const One = Type.Object({ senderId: Id })

export const sendersRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const response = { 200: Answer(Senders) }
  const preHandler = requireAdmin(deps)

  app.get('/senders', { schema: { response } }, async (request) => ({
    ok: true as const,
    data: await listSenders(deps, request.portal),
  }))

  app.post('/senders', { preHandler, schema: { body: AddSender, response } }, async (request) => ({
    ok: true as const,
    data: await addSender(deps, request.portal, request.body),
  }))

  app.put(
    '/senders/:senderId',
    { preHandler, schema: { params: One, body: ChangeSender, response } },
    async (request) => ({
      ok: true as const,
      data: await changeSender(deps, request.portal, request.params.senderId, request.body),
    }),
  )

  app.post(
    '/senders/:senderId/default',
    { preHandler, schema: { params: One, body: ChooseDefault, response } },
    async (request) => ({
      ok: true as const,
      data: await chooseDefault(deps, request.portal, request.params.senderId, request.body),
    }),
  )

  app.post(
    '/senders/:senderId/test',
    { preHandler, schema: { params: One, body: Change, response: { 200: Answer(SenderTest) } } },
    async (request) => ({
      ok: true as const,
      data: await testSender(deps, request.portal, request.params.senderId, request.body),
    }),
  )

  app.put('/sending-domains', { preHandler, schema: { body: SaveDomain, response } }, async (request) => ({
    ok: true as const,
    data: await saveDomain(deps, request.portal, request.body),
  }))

  app.post('/sending-domains/check', { preHandler, schema: { body: CheckDomain, response } }, async (request) => ({
    ok: true as const,
    data: await checkDomain(deps, request.portal, request.body),
  }))
}
