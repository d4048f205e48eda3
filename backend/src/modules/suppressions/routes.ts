import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { Deps } from '#deps'
import { renderPage } from '#http/page.ts'
import { unsubscribe } from './unsubscribe.ts'

// A wildcard, because Fastify limits a named parameter to 100 characters (`maxParamLength`) and a signed token is longer.
const PATH = '/unsubscribe/*'
const Params = Type.Object({ '*': Type.String() })

/**
 * The links that recipients follow, public by nature: the token is the proof. RFC 8058: GET changes nothing, because mail
 * scanners follow links; POST takes any form body, needs no cookie and never redirects.
 */
export const unsubscribeRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  // Mailbox providers post a urlencoded or a multipart form; nothing in it is needed, so nothing of it is parsed.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 16_384 }, (_request, _body, done) => done(null, null))

  app.get(PATH, { schema: { params: Params, hide: true } }, async (request, reply) => {
    const claims = await deps.vault.openLink(request.params['*'])
    return claims ? show(reply, 200, ASK) : show(reply, 404, UNKNOWN)
  })

  app.post(PATH, { schema: { params: Params, hide: true } }, async (request, reply) => {
    const done = await unsubscribe(deps, { token: request.params['*'], requestId: request.id })
    return done ? show(reply, 200, DONE) : show(reply, 404, UNKNOWN)
  })
}

const ASK = {
  title: 'Unsubscribe',
  // The form goes to the page's own address.
  body: '<p>Do you want to stop receiving these e-mails?</p><form method="post"><button name="unsubscribe" value="yes">Unsubscribe</button></form>',
}
const DONE = { title: 'You are unsubscribed', body: '<p>You will not receive any more of these e-mails.</p>' }
const UNKNOWN = {
  title: 'This link does not work',
  body: '<p>Please use the link from the e-mail you received, or answer the e-mail.</p>',
}

function show(reply: FastifyReply, status: number, page: { title: string; body: string }) {
  const { html, headers } = renderPage(page)
  return reply.code(status).headers(headers).send(html)
}
