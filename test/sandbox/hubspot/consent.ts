import type { FastifyInstance, FastifyReply } from 'fastify'
import { renderConsent, renderProblem } from './consent-page.ts'
import { queryOf } from './route.ts'
import { issueCode } from './tokens.ts'
import { now, type World } from './world.ts'

/** HubSpot's consent page: choose a portal, read the scopes, connect or cancel. */
export async function consentRoutes(app: FastifyInstance, world: World) {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  const config = { family: 'consent' } as object
  for (const path of ['/oauth/authorize', '/oauth/:portalId/authorize']) {
    app.get(path, { config }, async (request, reply) => {
      const query = queryOf(request)
      const problem = findProblem(world, query)
      if (problem) return html(reply, 400, renderProblem(problem))
      const chosen = Number((request.params as { portalId?: string }).portalId ?? 0)
      return html(reply, 200, renderConsent(world, query, chosen))
    })
  }
  app.post('/oauth/authorize/decision', { config }, async (request, reply) => {
    const form = (request.body ?? {}) as Record<string, string | undefined>
    const query = new URLSearchParams(form.query ?? '')
    const problem = findProblem(world, query)
    if (problem) return html(reply, 400, renderProblem(problem))
    if (form.decision !== 'connect') return reply.redirect(denied(query), 302)
    const portal = world.portals.get(Number(form.portalId))
    if (!portal) return html(reply, 400, renderProblem({ title: 'Choose an account', text: 'No account was chosen.' }))
    return reply.redirect(approve(world, query, portal.portalId), 302)
  })
}

/** Approves an authorize request for a portal and gives the address HubSpot would send the browser to. */
export function approve(world: World, query: URLSearchParams, portalId: number): string {
  const redirect = query.get('redirect_uri') ?? ''
  const code = issueCode(
    world.tokens,
    {
      portalId,
      userId: world.portals.get(portalId)?.users[0]?.id ?? 0,
      scopes: [...new Set([...words(query.get('scope')), ...words(query.get('optional_scope'))])],
      redirectUri: redirect,
      challenge: query.get('code_challenge'),
      challengeMethod: query.get('code_challenge_method') ?? 'plain',
    },
    now(world),
  )
  return withParameters(redirect, { code, state: query.get('state') })
}

export interface ConsentProblem {
  readonly title: string
  readonly text: string
  readonly details?: readonly string[]
}

/** Why HubSpot would not show the consent page, or null. */
export function findProblem(world: World, query: URLSearchParams): ConsentProblem | null {
  if (query.get('client_id') !== world.app.clientId) {
    return { title: 'Unknown app', text: 'No app has this client id. Check client_id in the install address.' }
  }
  const redirect = query.get('redirect_uri') ?? ''
  const allowed = world.project.redirectUrls
  if (!URL.canParse(redirect) || (allowed.length > 0 && !allowed.includes(redirect))) {
    return {
      title: 'Redirect address does not match',
      text: 'The redirect_uri must be exactly one of the addresses the app registered.',
      details: [`Asked for: ${redirect || '(none)'}`, ...allowed.map((url) => `Registered: ${url}`)],
    }
  }
  return scopeProblem(world, words(query.get('scope')), words(query.get('optional_scope')))
}

function scopeProblem(world: World, asked: string[], optional: string[]): ConsentProblem | null {
  const { scopes } = world.project
  if (scopes.required.length === 0) return null
  const details = [
    ...scopes.required.filter((scope) => !asked.includes(scope)).map((scope) => `Missing required scope: ${scope}`),
    ...asked
      .filter((scope) => !scopes.required.includes(scope) && !scopes.conditional.includes(scope))
      .map((scope) => `Not declared as required: ${scope}`),
    ...optional
      .filter((scope) => !scopes.optional.includes(scope))
      .map((scope) => `Not declared as optional: ${scope}`),
  ]
  if (details.length === 0) return null
  const text = 'The scopes of the install address must match the scopes in the app’s configuration.'
  return { title: 'Scope mismatch', text, details }
}

function denied(query: URLSearchParams): string {
  return withParameters(query.get('redirect_uri') ?? '', {
    error: 'access_denied',
    error_description: 'The user canceled the installation.',
    state: query.get('state'),
  })
}

function withParameters(address: string, parameters: Record<string, string | null>): string {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value)
  return url.href
}

const words = (text: string | null) => (text ?? '').split(/[\s,]+/).filter(Boolean)

function html(reply: FastifyReply, status: number, page: string) {
  return reply.code(status).type('text/html; charset=utf-8').send(page)
}
