import Fastify from 'fastify'
import { onTestFinished } from 'vitest'
import type { HubSpotOAuth } from '#hubspot/oauth.ts'
import { type InstallationRouteOptions, installationRoutes } from '#modules/installations/routes.ts'
import type { SandboxOptions } from '#test/sandbox/sandbox.ts'
import { APP } from '#test/sandbox/starting.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { PUBLIC_URL, startWorld } from './world.ts'

interface Options extends Partial<SandboxOptions> {
  publicUrl?: string
  oauth?: (real: HubSpotOAuth) => HubSpotOAuth
  onConnected?: InstallationRouteOptions['onConnected']
  optionalScopes?: readonly string[]
}

/** The app with its two routes, and browsers that keep cookies as browsers do. */
export async function openApp(
  database: TestDatabase,
  { publicUrl = PUBLIC_URL, oauth, onConnected, optionalScopes, ...sandboxOptions }: Options = {},
) {
  const redirectUrls = [`${publicUrl}/oauth/callback`]
  const world = await startWorld(database, { redirectUrls, ...sandboxOptions })
  const { deps } = world.process(oauth ? { oauth } : {})
  const app = Fastify()
  await app.register(installationRoutes, {
    deps: { ...deps, settings: { ...deps.settings, publicUrl } },
    clientId: APP.clientId,
    clientSecret: APP.clientSecret,
    apiUrl: world.sandbox.url,
    authorizeUrl: world.sandbox.url,
    ...(onConnected ? { onConnected } : {}),
    ...(optionalScopes ? { optionalScopes } : {}),
  })
  onTestFinished(() => app.close())

  function browser() {
    const cookies = new Map<string, string>()
    return {
      cookies,
      async get(address: string) {
        const url = new URL(address, publicUrl)
        const answer = await app.inject({
          method: 'GET',
          url: url.pathname + url.search,
          cookies: Object.fromEntries(cookies),
        })
        for (const { name, value, maxAge, expires } of answer.cookies) {
          if (maxAge === 0 || (expires && expires.getTime() === 0)) cookies.delete(name)
          else cookies.set(name, value)
        }
        return answer
      },
      /** Opens the install page; gives the address of HubSpot's consent page. */
      async start(query = ''): Promise<string> {
        return String((await this.get(`/oauth/install${query}`)).headers.location)
      },
      /** Gives consent; the address HubSpot sends the browser back to. */
      async consent(portalId: number, query = ''): Promise<string> {
        return world.sandbox.tokens.approve(await this.start(query), portalId)
      },
    }
  }
  return { world, app, browser }
}
