import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Page } from '#core/page.ts'
import type { Deps } from '#deps'
import { showPage } from '#http/page.ts'
import { followLink } from './follow-link.ts'
import { loadPicture } from './load-picture.ts'

const Params = Type.Object({ token: Type.String() })

/** Neither is kept anywhere, found by a search engine, or told to the site that the link leads to. */
const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
} as const

/**
 * The links and the picture of mails whose sequence tracks them, public by nature: the token is the proof, and it is checked before
 * the database is asked, so a guess costs next to nothing. There is no other way to say where a link leads.
 */
export const clickRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  app.get(
    '/l/:token',
    { schema: { summary: 'A link of a mail: leads on to where the sequence’s author meant', params: Params } },
    async (request, reply) => {
      const { token } = request.params
      const counts = request.method === 'GET'
      const target = await followLink(deps, { token, counts, prefetch: isPrefetch(request) })
      return target === undefined ? showPage(reply, 404, UNKNOWN) : reply.headers(HEADERS).redirect(target, 302)
    },
  )

  app.get(
    '/o/:token',
    { schema: { summary: 'The picture of a mail: always the same transparent point', params: Params } },
    async (request, reply) => {
      const userAgent = request.headers['user-agent'] ?? ''
      if (request.method === 'GET') await loadPicture(deps, { token: request.params.token, userAgent })
      return reply.headers(HEADERS).type('image/gif').send(PICTURE)
    },
  )
}

/** Browsers that load ahead of a click say so. */
function isPrefetch({ headers }: FastifyRequest): boolean {
  const said = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers[name])
  return said.some((value) => typeof value === 'string' && /prefetch|prerender|preview/i.test(value))
}

/** One transparent pixel, GIF89a. */
const PICTURE = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

const UNKNOWN: Page = {
  title: 'This link does not work',
  paragraphs: ['It may have been cut off, or what it led to is no longer kept. Please answer the e-mail it came with.'],
}
