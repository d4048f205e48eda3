import { join } from 'node:path'
import Fastify from 'fastify'
import { type Sleep, systemClock, systemSleep } from '#core/clock.ts'
import { systemRandom } from '#core/ids.ts'
import { type Actions, createActions } from './actions.ts'
import { clockRoutes } from './clock-control.ts'
import { type Audience, createAudience, deskRoutes } from './desk.ts'
import { createFaults } from './hubspot/faults.ts'
import { createFetchProxy, type FetchProxy } from './hubspot/fetch-proxy.ts'
import { createJournal } from './hubspot/journal.ts'
import { createLimits, HUBSPOT_LIMITS } from './hubspot/limits.ts'
import { createOutgoing, type Outgoing } from './hubspot/outgoing.ts'
import { seedPortals } from './hubspot/seed.ts'
import { sign } from './hubspot/sign.ts'
import { createTokens } from './hubspot/tokens.ts'
import type { Portal } from './hubspot/types.ts'
import { createEventMaker } from './hubspot/webhook-events.ts'
import { createWebhooks, type Webhooks } from './hubspot/webhooks.ts'
import { now, type World } from './hubspot/world.ts'
import { type MailCatcher, startMailCatcher } from './mail/catcher.ts'
import { type SandboxMailbox, startMailbox } from './mail/mailbox.ts'
import type { Sandbox, SandboxOptions } from './options.ts'
import { type AppProject, readProject } from './project.ts'
import { registerHubSpot } from './server.ts'
import { createKeeper, type Keeper, loadKept } from './store.ts'
import { createTokenDesk, type TokenDesk } from './token-desk.ts'

export type { Sandbox, SandboxOptions } from './options.ts'

/** Starts the stand-in for HubSpot and its mail catcher on loopback. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const parts = await assemble(options)
  const { world, actions, mail, mailbox, proxy, audience, tokenDesk } = parts
  const app = Fastify({
    forceCloseConnections: true,
    bodyLimit: 20 * 1024 * 1024,
    routerOptions: { maxParamLength: 1000 },
  })
  await registerHubSpot(app, world)
  const { appUrl, appId, clockControl, bundlesDir = null } = options
  const variables = { API_ORIGIN: appUrl, APP_NAME: world.app.name }
  const config = () => ({ appUrl, appId, variables, ...(clockControl ? { clockAheadMs: aheadOf(world) } : {}) })
  const desk = { world, actions, mail, mailbox, proxy, audience, uninstall: tokenDesk.remove, config, bundlesDir }
  await app.register(async (scope) => deskRoutes(scope, desk))
  if (clockControl) await app.register(async (scope) => clockRoutes(scope, clockControl, world))
  const sandbox = present(options, parts, async () => {
    // Calls that a fault left without an answer must not hold up the end.
    app.server.closeAllConnections()
    await app.close()
  })
  if (options.pages) await app.register(options.pages, { sandbox })
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return Object.assign(sandbox, { port, url: `http://127.0.0.1:${port}` })
}

/** In milliseconds, to the second: reading two clocks one after the other is no movement. */
function aheadOf(world: World): number {
  return Math.round((now(world) - systemClock().epochMilliseconds) / 1000) * 1000
}

interface Parts {
  readonly world: World
  readonly actions: Actions
  readonly mail: MailCatcher
  readonly mailbox: SandboxMailbox
  readonly proxy: FetchProxy
  readonly audience: Audience
  readonly webhooks: Webhooks
  readonly outgoing: Outgoing
  readonly keeper: Keeper | null
  readonly tokenDesk: TokenDesk
}

async function assemble(options: SandboxOptions): Promise<Parts> {
  const clock = options.clock ?? systemClock
  const project = readOwnProject(options)
  const kept = options.stateFile ? loadKept(options.stateFile) : null
  const audience = createAudience()
  const tokens = Object.assign(createTokens(), kept?.tokens, { rotate: options.rotate ?? false })
  const portals = kept?.portals ?? (options.portals ?? seedPortals)(clock().epochMilliseconds)
  const outgoing = createOutgoing(options.appUrl, options.appTarget ?? options.appUrl)
  const mailbox = await startMailbox(() => mail, clock)
  const mail = await startMailCatcher({
    now: () => clock().epochMilliseconds,
    ...(options.smtpPort ? { port: options.smtpPort } : {}),
    ...(options.smtpAuth ? { auth: options.smtpAuth } : {}),
    onMail(caught) {
      // Contacts have mailboxes of their own. What goes to anybody else reaches the operator's: addresses of the mail domain,
      // and the reply address, whose owner forwards a copy.
      if (!caught.envelopeTo.some((to) => isContact(world, to))) mailbox.deliver(caught)
      world.changed('mail')
    },
  })
  mail.load(kept?.mails ?? [])
  const { appId, clientId, clientSecret } = options
  const world: World = {
    clock,
    portals: new Map(portals.map((portal) => [portal.portalId, portal])),
    app: { appId, clientId, clientSecret, name: project.appName },
    project,
    tokens,
    journal: createJournal(options.journalLimit ?? 20_000),
    faults: createFaults(),
    limits: createLimits(options.limits === false ? null : { ...HUBSPOT_LIMITS, ...options.limits }),
    searchLagMs: options.searchLagMs ?? 0,
    emit(facts) {
      webhooks.announce(facts)
      for (const portalId of new Set(facts.map((fact) => fact.portalId))) audience.tell({ kind: 'deal', portalId })
      keeper?.touch()
    },
    changed(kind, portalId) {
      audience.tell({ kind, ...(portalId === undefined ? {} : { portalId }) })
      keeper?.touch()
    },
  }
  const webhooks = wireWebhooks(options, world, outgoing)
  const keeper = options.stateFile ? keepIn(options.stateFile, world, mail) : null
  const proxy = createFetchProxy(world, options.permittedUrls ?? project.permittedFetchUrls, outgoing.send)
  const tokenDesk = createTokenDesk(world)
  return { world, actions: createActions(world), mail, mailbox, proxy, audience, webhooks, outgoing, keeper, tokenDesk }
}

function present(options: SandboxOptions, parts: Parts, closeApp: () => Promise<void>): Sandbox {
  const { world, mail, mailbox, webhooks, tokenDesk, audience, outgoing } = parts
  return {
    ...parts.actions,
    url: '',
    port: 0,
    mail,
    mailbox,
    state: { portals: world.portals },
    faults: world.faults,
    journal: world.journal,
    webhooks,
    tokens: tokenDesk,
    fetchProxy: parts.proxy,
    project: world.project,
    install: tokenDesk.install,
    uninstall: tokenDesk.remove,
    pointAt(appTarget) {
      outgoing.target = appTarget
    },
    addPortal: (portal: Portal) => void world.portals.set(portal.portalId, portal),
    sign: ({ method, url, body = '', timestamp = now(world) }, older = 'v1') =>
      sign({ clientSecret: options.clientSecret, method, url, body, timestamp }, older),
    onChange(listener) {
      audience.listeners.add(listener)
      return () => void audience.listeners.delete(listener)
    },
    async stop() {
      audience.stop()
      await Promise.all([webhooks.stop(), closeApp(), mail.stop(), mailbox.stop()])
      await outgoing.close()
      parts.keeper?.stop()
    },
  }
}

function isContact({ portals }: World, address: string): boolean {
  return [...portals.values()].some((portal) => portal.contactByEmail.has(address.toLowerCase()))
}

function readOwnProject(options: SandboxOptions): AppProject {
  const project = readProject(options.projectDir ?? join(process.cwd(), 'hubspot-project'), options.appUrl)
  const own = options.subscriptions?.map((one) => ({ ...one, bucket: 'crmObjects' as const }))
  return {
    ...project,
    subscriptions: own ?? project.subscriptions,
    scopes: { ...project.scopes, ...options.scopes },
    redirectUrls: options.redirectUrls ?? project.redirectUrls,
  }
}

function keepIn(file: string, { portals, tokens }: World, mail: MailCatcher): Keeper {
  const { grants, access, byRefresh } = tokens
  return createKeeper(file, () => ({
    portals: [...portals.values()],
    tokens: { grants, access, byRefresh },
    mails: mail.messages(),
  }))
}

function wireWebhooks(options: SandboxOptions, world: World, outgoing: Outgoing): Webhooks {
  const { retryBase = 84_000, timeoutMs = 5000, legacyShapes = false, ...behavior } = options.webhooks ?? {}
  const { targetUrl, subscriptions, maxConcurrentRequests } = world.project
  const { clientSecret } = world.app
  const sleep: Sleep = options.sleep ?? systemSleep
  return createWebhooks({
    maker: createEventMaker(subscriptions, options.appId, legacyShapes),
    now: () => now(world),
    sleep,
    random: options.random ?? systemRandom,
    retryBase,
    maxConcurrent: maxConcurrentRequests,
    behavior: { duplicate: 0, reorder: false, delayMs: 0, batchSize: 100, mixPortals: false, ...behavior },
    isInstalled: (portalId) => world.tokens.grants.has(portalId),
    async post(body, signal) {
      const signable = { clientSecret, method: 'POST', url: targetUrl, body, timestamp: now(world) }
      const headers = { 'content-type': 'application/json', ...sign(signable, 'v1') }
      const response = await outgoing.send('POST', targetUrl, headers, body, timeoutMs, signal)
      await response.body.dump()
      return response.statusCode
    },
  })
}
