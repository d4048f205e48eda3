import '#http/request.ts'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { Answer, Done, Id } from '#shared/contract/common.ts'
import { ApproveMail, MailToApprove } from '#shared/contract/mail-approval.ts'
import { approveMail } from './approve-mail.ts'
import { readMailToApprove } from './read-mail-to-approve.ts'

const OneStepRun = Type.Object({ stepRunId: Id })

/** What a person does about a mail that waits for their yes; skipping it is the card's Skip. */
export const mailApprovalRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get(
    '/step-runs/:stepRunId/mail',
    { schema: { params: OneStepRun, response: { 200: Answer(MailToApprove) } } },
    async (request) => ({
      ok: true as const,
      data: await readMailToApprove(deps, request.portal, request.params.stepRunId),
    }),
  )

  app.post(
    '/step-runs/:stepRunId/approval',
    { schema: { params: OneStepRun, body: ApproveMail, response: { 200: Answer(Done) } } },
    async (request) => ({
      ok: true as const,
      data: await approveMail(deps, request.portal, request.params.stepRunId, request.body),
    }),
  )
}
