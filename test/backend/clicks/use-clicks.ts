import fastify, { type FastifyInstance } from 'fastify'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll } from 'vitest'
import { answerErrors } from '#http/error-handler.ts'
import { judgeClicks } from '#modules/clicks/judge-clicks.ts'
import { clickRoutes } from '#modules/clicks/routes.ts'
import { useSending } from '#test/backend/steps/use-sending.ts'
import { makeDeps } from '#test/support/deps.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { type EnrolledContact, email, type Sending, type SendingOptions } from '#test/support/sending.ts'

export const BODY =
  '<p>See <a href="https://example.com/offer?a=1&amp;b=2">the offer</a>, <a href="http://example.com/docs">the docs</a> or <a href="mailto:ada@example.com">write</a>.</p>'

/** Portals whose mails track clicks and opens, sent over real SMTP, and the public routes that their links lead to. */
export function useClicks() {
  const given = useSending()
  const { db, clock, mailsTo } = given
  const deps = makeDeps({ db, clock, vault: linkVault })
  let app: FastifyInstance

  beforeAll(async () => {
    app = fastify()
    answerErrors(app, deps)
    await app.register(clickRoutes, { deps })
  })
  afterAll(() => app.close())

  const follow = (url: string, options: { method?: 'GET' | 'HEAD'; headers?: Record<string, string> } = {}) => {
    const { pathname, search } = new URL(url, 'https://app.example.com')
    return app.inject({ method: 'GET', url: pathname + search, ...options })
  }
  return {
    ...given,
    follow,
    start: (more: Partial<SendingOptions> = {}) =>
      given.start({ steps: [email('one', 'Hello', BODY)], tracking: { clicks: true, opens: true }, ...more }),
    /** The parts of the latest mail to the contact. */
    async mailOf(contact: EnrolledContact) {
      const raw = mailsTo(contact.email).at(-1)?.raw ?? ''
      const { html = '', text = '' } = await PostalMime.parse(Buffer.from(raw, 'latin1'))
      const found = [...html.matchAll(/https:\/\/app\.example\.com\/([lo])\/[a-z2-7]+/g)]
      const links = found.filter(([, kind]) => kind === 'l').map(([url]) => url)
      return { html, text, links, picture: found.find(([, kind]) => kind === 'o')?.[0] }
    },
    /** Lets the moment pass after which clicks are judged, and the worker judge them. */
    async judges(sending: Sending) {
      clock.passes({ seconds: 2 })
      await judgeClicks(deps, sending.portalId - 1)
    },
    clicks: (sending: Sending) =>
      sending.query<{ link: number; automatic: boolean | null }>(
        `select link, automatic from clicks where portal_id = ${sending.portalId} order by clicked_at, link`,
      ),
    opens: (sending: Sending) =>
      sending.query<{ loadedBy: string }>(
        `select loaded_by from opens where portal_id = ${sending.portalId} order by first_at, loaded_by`,
      ),
  }
}
