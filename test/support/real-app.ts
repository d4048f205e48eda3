import { createHmac, randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, InjectOptions, RouteOptions } from 'fastify'
import { afterAll, beforeAll } from 'vitest'
import { buildApp } from '#app'
import { type Config, readConfig } from '#config'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { RequestLog } from '#hubspot/request-log.ts'
import { INTAKE_ROLE } from '#modules/events/intake-repository.ts'
import { accessTokenOf, refreshTokenOf } from '#modules/installations/sealed-columns.ts'
import { openLog } from '#observe/open-log.ts'
import { emptyPortal } from '#test/sandbox/hubspot/state.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '#test/sandbox/sandbox.ts'
import { makeDeps } from '../../backend/src/make-deps.ts'
import type { TestDatabase } from './database.ts'

export const PUBLIC_URL = 'https://app.example.com'
/** Connected every portal of a real app: its admin. */
export const ADMIN = { id: 7, email: 'admin@example.com' } as const
/** A signed-in person who is no admin. */
export const REP = { id: 8, email: 'rep@example.com' } as const

export interface Ask {
  readonly portalId: number
  readonly body?: unknown
  /** Sent as it is instead of `body`. */
  readonly raw?: string | Buffer
  /** Beyond who asks, e.g. `status=dead`. */
  readonly query?: string
  readonly who?: { readonly id: number; readonly email: string }
  readonly headers?: Record<string, string>
}

export interface Answered {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
  /** The parsed body; undefined when it is not JSON. */
  readonly body: { ok?: boolean; data?: unknown; error?: { code: string; message: string; field?: string } } | undefined
}

export type Method = NonNullable<InjectOptions['method']>

/** The production app with its production parts on a test database; only HubSpot and the mail server are stand-ins. */
export interface RealApp {
  readonly app: FastifyInstance
  readonly deps: Deps
  readonly config: Config
  readonly sandbox: Sandbox
  readonly requestLog: RequestLog
  /** Every route, also those that Fastify adds by itself (HEAD). */
  readonly routes: readonly RouteOptions[]
  /** All that was logged so far, at the level `trace`. */
  logged(): string
  /** Connects a portal of the stand-in, made if need be, as an install would leave it. */
  connects(portalId: number): Promise<void>
  /** A call signed as HubSpot signs it for this portal. */
  ask(method: Method, path: string, ask: Ask): Promise<Answered>
}

export interface RealAppOptions {
  /** Adds routes before the product's own, to prove that a test would notice them. */
  readonly plant?: (app: FastifyInstance) => void
  readonly env?: Record<string, string>
  readonly sandbox?: Partial<SandboxOptions>
  readonly smtpUrl?: (url: string) => string
}

/** Starts it for this test file; it ends with the file. */
export function useRealApp(database: TestDatabase, options: RealAppOptions = {}): RealApp {
  let running: Awaited<ReturnType<typeof startRealApp>> | undefined
  const get = () => {
    if (!running) throw new Error('the app has not started yet')
    return running
  }
  beforeAll(async () => {
    running = await startRealApp(database, options)
  })
  afterAll(() => running?.stop())
  return {
    get app() {
      return get().app
    },
    get deps() {
      return get().deps
    },
    get config() {
      return get().config
    },
    get sandbox() {
      return get().sandbox
    },
    get requestLog() {
      return get().requestLog
    },
    get routes() {
      return get().routes
    },
    logged: () => get().logged(),
    connects: (portalId) => connects(get(), portalId),
    ask: (method, path, ask) => askSigned(get(), method, path, ask),
  }
}

async function startRealApp({ url }: TestDatabase, options: RealAppOptions) {
  const clientSecret = `client-secret-${randomBytes(12).toString('hex')}`
  const app = { appUrl: PUBLIC_URL, clientId: 'client-id', clientSecret, appId: 42 }
  const sandbox = await startSandbox({ ...app, limits: false, ...options.sandbox })
  // Nothing listens at the public address; a test that wants webhooks sends its own.
  sandbox.webhooks.pause()
  const config = readConfig({
    PUBLIC_URL,
    HUBSPOT_CLIENT_ID: app.clientId,
    HUBSPOT_CLIENT_SECRET: options.sandbox?.clientSecret ?? clientSecret,
    HUBSPOT_APP_ID: String(app.appId),
    HUBSPOT_API_URL: sandbox.url,
    HUBSPOT_AUTHORIZE_URL: sandbox.url,
    DATABASE_URL: url,
    TOKEN_KEYS: `test:${randomBytes(32).toString('base64url')}`,
    SMTP_URL: options.smtpUrl?.(sandbox.mail.url) ?? sandbox.mail.url,
    MAIL_DOMAIN: 'mail.example.com',
    ...options.env,
  })
  const lines: string[] = []
  const log = openLog({ level: 'trace', pretty: false, destination: { write: (line) => void lines.push(line) } })
  const appPool = openPool({ url, size: 8, role: APP_ROLE, name: 'stagecue-test-real' })
  const intake = openPool({ url, size: 2, role: INTAKE_ROLE, name: 'stagecue-test-real-intake' })
  const connections = { url, appPool, db: openDatabase(appPool), intake, close: async () => {} }
  const made = await makeDeps(config, connections, log)
  const { fastify, routes } = await watchRoutes(options.plant, () =>
    buildApp({
      deps: made.deps,
      web: {
        ...config.hubspot,
        oauth: made.oauth,
        intake: { intake, soon: setImmediate, onStored: () => {} },
      },
      readiness: { check: async () => undefined },
    }),
  )
  return {
    app: fastify,
    routes,
    sandbox,
    config,
    deps: made.deps,
    requestLog: made.requestLog,
    logged: () => lines.join(''),
    async stop() {
      await fastify.close()
      await made.close()
      await Promise.all([appPool.end(), intake.end()])
      await sandbox.stop()
    },
  }
}

type Running = Awaited<ReturnType<typeof startRealApp>>

/** Fastify tells of every instance before it has routes (Fastify docs, server: `fastify.initialization`). */
async function watchRoutes(plant: RealAppOptions['plant'], build: () => Promise<FastifyInstance>) {
  const routes: RouteOptions[] = []
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', (route) => void routes.push(route))
    plant?.(fastify)
  }
  subscribe('fastify.initialization', watch)
  try {
    return { fastify: await build(), routes }
  } finally {
    unsubscribe('fastify.initialization', watch)
  }
}

async function connects({ sandbox, deps }: Running, portalId: number): Promise<void> {
  if (!sandbox.state.portals.has(portalId)) {
    const users = [ADMIN, REP].map((user) => ({ ...user, firstName: 'Rae', lastName: 'Ortiz' }))
    const stages = ['lead', 'booked', 'won'].map((id, displayOrder) => {
      return { id, label: `Stage ${id}`, displayOrder, probability: '0.5', isClosed: id === 'won' }
    })
    const pipelines = [{ id: 'sales', label: 'Sales', displayOrder: 0, stages }]
    const name = `portal-${portalId}`
    sandbox.addPortal(emptyPortal({ portalId, name, domain: `${name}.example`, users, owners: [], pipelines }, 0))
  }
  const { accessToken, refreshToken } = sandbox.install(portalId)
  const grant = {
    accessToken: await deps.vault.seal(accessToken, accessTokenOf(portalId)),
    refreshToken: await deps.vault.seal(refreshToken, refreshTokenOf(portalId)),
    expiresAt: deps.clock().add({ minutes: 30 }),
  }
  await inPortal(deps.db, portalId, async (trx) => {
    await trx
      .insertInto('installations')
      .values({
        portalId,
        status: 'connected',
        statusReason: null,
        statusAt: deps.clock(),
        accountName: `portal-${portalId}.example`,
        uiDomain: 'app.hubspot.com',
        timeZone: 'UTC',
        scopes: [...deps.settings.scopes],
        connectedAt: deps.clock().subtract({ hours: 1 }),
        connectedByUserId: String(ADMIN.id),
        connectedByEmail: ADMIN.email,
        fromName: null,
        replyTo: null,
        postalAddress: null,
        pipelinesRefreshedAt: null,
      })
      .execute()
    await trx
      .insertInto('oauthTokens')
      .values({ portalId, ...grant })
      .execute()
  })
}

async function askSigned({ app, config, deps }: Running, method: Method, path: string, ask: Ask): Promise<Answered> {
  const { id, email } = ask.who ?? ADMIN
  const identity = `portalId=${ask.portalId}&userId=${id}&userEmail=${email}&appId=42`
  const url = `${path}?${ask.query ? `${ask.query}&` : ''}${identity}`
  const raw = ask.raw ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body))
  const payload = raw === undefined ? undefined : Buffer.from(raw)
  const timestamp = String(deps.clock().epochMilliseconds)
  const signature = createHmac('sha256', config.hubspot.clientSecrets[0])
    .update(`${method}${PUBLIC_URL}${url}`)
    .update(payload ?? '')
    .update(timestamp)
    .digest('base64')
  const answer = await app.inject({
    method,
    url,
    headers: {
      ...(payload ? { 'content-type': 'application/json' } : {}),
      'x-hubspot-signature-v3': signature,
      'x-hubspot-request-timestamp': timestamp,
      ...ask.headers,
    },
    ...(payload ? { payload } : {}),
  })
  return { status: answer.statusCode, text: answer.body, headers: answer.headers, body: parse(answer.body) }
}

function parse(text: string): Answered['body'] {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
