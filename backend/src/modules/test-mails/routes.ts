import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { requireAdmin } from '#modules/admins/require-admin.ts'
import { Answer, Id } from '#shared/contract/common.ts'
import { SendTestMail, TestMailQuery, TestMailSent } from '#shared/contract/preflight.ts'
import { sendTestMail } from './send-test-mail.ts'

export const testMailRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.post(
    '/sequences/:sequenceId/test-mail',
    {
      preHandler: requireAdmin(deps),
      schema: {
        params: Type.Object({ sequenceId: Id }),
        querystring: TestMailQuery,
        body: SendTestMail,
        response: { 200: Answer(TestMailSent) },
      },
    },
    async ({ portal, params, body, query }) => ({
      ok: true as const,
      data: await sendTestMail(deps, portal, params.sequenceId, body, {
        dealId: query.dealId,
        contactId: query.contactId,
        variantId: query.variantId,
      }),
    }),
  )
}
