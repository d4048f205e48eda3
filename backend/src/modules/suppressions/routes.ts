import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Page } from '#core/page.ts'
import type { Deps } from '#deps'
import { showPage } from '#http/page.ts'
import { NOBODY } from './nobody.ts'
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
    if (claims?.enrollmentId === NOBODY) return showPage(reply, 200, TEST)
    return claims ? showPage(reply, 200, ASK) : showPage(reply, 404, UNKNOWN)
  })

  app.post(PATH, { schema: { params: Params, hide: true } }, async (request, reply) => {
    const claims = await deps.vault.openLink(request.params['*'])
    if (claims?.enrollmentId === NOBODY) return showPage(reply, 200, TEST)
    const done = await unsubscribe(deps, { token: request.params['*'], requestId: request.id })
    return done ? showPage(reply, 200, DONE) : showPage(reply, 404, UNKNOWN)
  })
}

const ASK: Page = {
  title: 'Unsubscribe',
  paragraphs: ['Do you want to stop receiving these e-mails?'],
  button: 'Unsubscribe',
}
const DONE: Page = {
  title: 'You are unsubscribed',
  paragraphs: ['You will not receive any more of these e-mails.'],
}
const TEST: Page = {
  title: 'This link works',
  paragraphs: ['It is in a test mail, so it unsubscribes nobody. The mails of a sequence have their own.'],
}
const UNKNOWN: Page = {
  title: 'This link does not work',
  paragraphs: ['Please use the link from the e-mail you received, or answer the e-mail.'],
}
