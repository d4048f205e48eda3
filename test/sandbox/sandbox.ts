import { join } from 'node:path'
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import { type Clock, type Sleep, systemClock, systemSleep } from '#core/clock.ts'
import { type Random, systemRandom } from '#core/ids.ts'
import { type Actions, createActions } from './actions.ts'
import { type Change, createAudience, deskRoutes } from './desk.ts'
import { createFaults, type Faults } from './hubspot/faults.ts'
import { createFetchProxy, type FetchProxy } from './hubspot/fetch-proxy.ts'
import { createJournal, type Journal } from './hubspot/journal.ts'
import { createLimits, HUBSPOT_LIMITS, type LimitNumbers } from './hubspot/limits.ts'
import { createOutgoing, type Outgoing } from './hubspot/outgoing.ts'
import { seedPortals } from './hubspot/seed.ts'
import { sign } from './hubspot/sign.ts'
import { createTokens } from './hubspot/tokens.ts'
import type { Fact, Portal } from './hubspot/types.ts'
import { createEventMaker } from './hubspot/webhook-events.ts'
import { createWebhooks, type WebhookBehavior, type Webhooks } from './hubspot/webhooks.ts'
import { now, type World } from './hubspot/world.ts'
import { type MailCatcher, startMailCatcher } from './mail/catcher.ts'
import { type AppProject, readProject, type Subscription } from './project.ts'
import { registerHubSpot } from './server.ts'
import { createKeeper, loadKept } from './store.ts'
import { createTokenDesk, type TokenDesk } from './token-desk.ts'

export interface SandboxOptions {
  /** 0, a free one, unless told. */
  readonly port?: number
  readonly smtpPort?: number
  /** The app's public origin; webhooks and card calls are signed for it. */
  readonly appUrl: string
  /** Where the app really listens, when that is not `appUrl`. */
  readonly appTarget?: string
  readonly clientId: string
  readonly clientSecret: string
  readonly appId: number
  readonly clock?: Clock
  /** For pauses that belong to HubSpot (retries, delays); network time limits always run in real time. */
  readonly sleep?: Sleep
  readonly random?: Random
  /** The HubSpot project to read subscriptions, scopes, event types and extensions from. */
  readonly projectDir?: string
  /** Instead of those in the project. */
  readonly subscriptions?: readonly Omit<Subscription, 'bucket'>[]
  readonly scopes?: Partial<AppProject['scopes']>
  readonly redirectUrls?: readonly string[]
  readonly permittedUrls?: readonly string[]
  /** False switches rate limits off. */
  readonly limits?: Partial<LimitNumbers> | false
  /** Refresh tokens change at every refresh, and using an old one revokes the grant. */
  readonly rotate?: boolean
  /** How far search lags behind, ms; 0 unless told. */
  readonly searchLagMs?: number
  readonly webhooks?: Partial<WebhookBehavior> & {
    /** Pause before the first retry, ms; 84 000 spreads ten retries over about a day, as HubSpot does. */
    readonly retryBase?: number
    /** 5000 unless told. */
    readonly timeoutMs?: number
    readonly legacyShapes?: boolean
  }
  readonly portals?: (at: number) => Portal[]
  /** Keeps portals, installations and mails in this file. */
  readonly stateFile?: string
  readonly journalLimit?: number
  readonly smtpAuth?: { readonly user: string; readonly pass: string }
  /** Serves the pages; registered on the same origin. */
  readonly pages?: FastifyPluginAsync<{ sandbox: Sandbox }>
}

export interface Sandbox extends Actions {
  readonly url: string
  readonly port: number
  readonly mail: MailCatcher
  readonly state: { readonly portals: ReadonlyMap<number, Portal> }
  readonly faults: Faults
  readonly journal: Journal
  readonly webhooks: Webhooks
  readonly tokens: TokenDesk
  readonly fetchProxy: FetchProxy
  readonly project: AppProject
  /** Installs the app without a consent page; gives the tokens. */
  install(portalId: number, scopes?: readonly string[]): { accessToken: string; refreshToken: string }
  /** What a customer does in Connected apps: tokens die, webhooks stop, nobody is told. */
  uninstall(portalId: number): void
  /** Adds a portal, for tests that need their own. */
  addPortal(portal: Portal): void
  /** Signs a request as HubSpot would, with the headers it would carry. */
  sign(
    request: { method: string; url: string; body?: string; timestamp?: number },
    older?: 'v1' | 'v2',
  ): Record<string, string>
  /** Tells whenever something changed; gives back a function that stops it. */
  onChange(listener: (change: Change) => void): () => void
  stop(): Promise<void>
}

/** Starts the stand-in for HubSpot and its mail catcher on loopback. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const clock = options.clock ?? systemClock
  const sleep = options.sleep ?? systemSleep
  const random = options.random ?? systemRandom
  const at = clock().epochMilliseconds
  const kept = options.stateFile ? loadKept(options.stateFile) : null
  const project = readOwnProject(options)
  const audience = createAudience()
  const tokens = Object.assign(createTokens(), { rotate: options.rotate ?? false }, kept?.tokens)
  const target = options.appTarget ?? options.appUrl
  const outgoing = createOutgoing(options.appUrl, target)
  const portals = new Map((kept?.portals ?? (options.portals ?? seedPortals)(at)).map((one) => [one.portalId, one]))

  const mail = await startMailCatcher({
    now: () => clock().epochMilliseconds,
    ...(options.smtpPort ? { port: options.smtpPort } : {}),
    ...(options.smtpAuth ? { auth: options.smtpAuth } : {}),
    onMail: () => world.changed('mail'),
  })
  mail.load(kept?.mails ?? [])
  const keeper = options.stateFile
    ? createKeeper(options.stateFile, () => ({ portals: [...portals.values()], tokens, mails: mail.messages() }))
    : null

  const world: World = {
    clock,
    portals,
    app: { ...pickApp(options), name: project.appName },
    project,
    tokens,
    journal: createJournal(options.journalLimit ?? 20_000),
    faults: createFaults(),
    limits: createLimits(options.limits === false ? null : { ...HUBSPOT_LIMITS, ...options.limits }),
    searchLagMs: options.searchLagMs ?? 0,
    emit(facts) {
      webhooks.announce(facts)
      for (const portalId of new Set(facts.map((fact: Fact) => fact.portalId)))
        audience.tell({ kind: 'deal', portalId })
      keeper?.touch()
    },
    changed(kind, portalId) {
      audience.tell({ kind, ...(portalId === undefined ? {} : { portalId }) })
      keeper?.touch()
    },
  }
  const webhooks = wireWebhooks(options, world, outgoing, sleep, random)
  const actions = createActions(world)
  const proxy = createFetchProxy(world, options.permittedUrls ?? project.permittedFetchUrls, outgoing.send)
  const tokenDesk = createTokenDesk(world)

  const app = Fastify({
    forceCloseConnections: true,
    bodyLimit: 20 * 1024 * 1024,
    routerOptions: { maxParamLength: 1000 },
  })
  const uninstall = (portalId: number) => tokenDesk.remove(portalId)
  await registerHubSpot(app, world)
  await app.register(async (desk) => deskRoutes(desk, { world, actions, mail, proxy, audience, uninstall }))

  const sandbox: Sandbox = {
    ...actions,
    url: '',
    port: 0,
    mail,
    state: { portals },
    faults: world.faults,
    journal: world.journal,
    webhooks,
    tokens: tokenDesk,
    fetchProxy: proxy,
    project,
    install: tokenDesk.install,
    uninstall,
    addPortal: (portal) => void portals.set(portal.portalId, portal),
    sign: ({ method, url, body = '', timestamp = now(world) }, older = 'v1') =>
      sign({ clientSecret: options.clientSecret, method, url, body, timestamp }, older),
    onChange(listener) {
      audience.listeners.add(listener)
      return () => void audience.listeners.delete(listener)
    },
    async stop() {
      audience.stop()
      await Promise.all([webhooks.stop(), closeApp(app), mail.stop()])
      await outgoing.close()
      keeper?.stop()
    },
  }
  if (options.pages) await app.register(options.pages, { sandbox })
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return Object.assign(sandbox, { port, url: `http://127.0.0.1:${port}` })
}

const pickApp = ({ appId, clientId, clientSecret }: SandboxOptions) => ({ appId, clientId, clientSecret })

function readOwnProject(options: SandboxOptions): AppProject {
  const project = readProject(options.projectDir ?? join(process.cwd(), 'hubspot-project'), options.appUrl)
  return {
    ...project,
    subscriptions:
      options.subscriptions?.map((one) => ({ ...one, bucket: 'crmObjects' as const })) ?? project.subscriptions,
    scopes: { ...project.scopes, ...options.scopes },
    redirectUrls: options.redirectUrls ?? project.redirectUrls,
  }
}

function wireWebhooks(
  options: SandboxOptions,
  world: World,
  outgoing: Outgoing,
  sleep: Sleep,
  random: Random,
): Webhooks {
  const { retryBase = 84_000, timeoutMs = 5000, legacyShapes = false, ...behavior } = options.webhooks ?? {}
  const { targetUrl, subscriptions, maxConcurrentRequests } = world.project
  return createWebhooks({
    maker: createEventMaker(subscriptions, options.appId, legacyShapes),
    now: () => now(world),
    sleep,
    random,
    retryBase,
    maxConcurrent: maxConcurrentRequests,
    behavior: { duplicate: 0, reorder: false, delayMs: 0, batchSize: 100, mixPortals: false, ...behavior },
    isInstalled: (portalId) => world.tokens.grants.has(portalId),
    async post(body, signal) {
      const signable = {
        clientSecret: options.clientSecret,
        method: 'POST',
        url: targetUrl,
        body,
        timestamp: now(world),
      }
      const headers = { 'content-type': 'application/json', ...sign(signable, 'v1') }
      const response = await outgoing.send('POST', targetUrl, headers, body, timeoutMs, signal)
      await response.body.dump()
      return response.statusCode
    },
  })
}

/** Calls that a fault left without an answer must not hold up the end. */
async function closeApp(app: FastifyInstance) {
  app.server.closeAllConnections()
  await app.close()
}
