import { randomBytes } from 'node:crypto'
import { type Sandbox, type SandboxOptions, startSandbox } from '#test/sandbox/sandbox.ts'
import { type AppProcess, spawnApp, whenReady } from './app-process.ts'
import { connectPortal } from './connect-portal.ts'
import { freePort } from './free-port.ts'

/** The whole product on real parts: the stand-in for HubSpot with its mail catcher, and the production server. */
export interface Stack {
  readonly sandbox: Sandbox
  readonly appUrl: string
  /** The settings of the app, for starting more processes of it. */
  readonly env: Readonly<Record<string, string>>
  readonly app: AppProcess
  /** Walks through install and consent as a browser would, and takes the first limits away: steps here follow at once. */
  connect(portalId: number): Promise<void>
  /** A call as a card makes it: through HubSpot's proxy, signed. Throws with the answer when it is not `ok: true`. */
  card<T>(portalId: number, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T>
  stop(): Promise<void>
}

export interface StackOptions {
  readonly databaseUrl: string
  readonly sandbox?: Partial<SandboxOptions>
  readonly env?: Record<string, string>
  /** The app reads the sandbox's mailbox. */
  readonly readsMail?: boolean
  /** Instead of the production server on the machine's clock. */
  readonly spawn?: (env: Readonly<Record<string, string>>) => AppProcess
}

/** Starts everything; `stop` ends all of it. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const port = await freePort()
  const appUrl = `http://127.0.0.1:${port}`
  const clientId = 'stagecue-client-id'
  const clientSecret = randomBytes(18).toString('base64url')
  const sandbox = await startSandbox({
    appUrl,
    clientId,
    clientSecret,
    appId: 7700421,
    redirectUrls: [`${appUrl}/oauth/callback`],
    permittedUrls: [appUrl],
    ...options.sandbox,
  })
  const env = {
    PORT: String(port),
    PUBLIC_URL: appUrl,
    HUBSPOT_CLIENT_ID: clientId,
    HUBSPOT_CLIENT_SECRET: clientSecret,
    HUBSPOT_APP_ID: '7700421',
    HUBSPOT_API_URL: sandbox.url,
    HUBSPOT_AUTHORIZE_URL: sandbox.url,
    DATABASE_URL: options.databaseUrl,
    TOKEN_KEYS: `test:${randomBytes(32).toString('base64url')}`,
    SMTP_URL: sandbox.mail.url,
    MAIL_DOMAIN: 'mail.stagecue.example',
    ...(options.readsMail ? { IMAP_URL: sandbox.mailbox.url } : {}),
    ...options.env,
  }
  const app = (options.spawn ?? spawnApp)(env)
  const stop = async () => {
    if (app.running()) app.kill('SIGTERM')
    await app.ended
    await sandbox.stop()
  }
  try {
    await whenReady(app, appUrl)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    sandbox,
    appUrl,
    env,
    app,
    async connect(portalId) {
      await connectPortal(appUrl, portalId)
      await callAsCard(sandbox, appUrl, portalId, 'PUT', '/api/rules', { ...UNLIMITED, idempotencyKey: 'stack-rules' })
    },
    card: (portalId, method, path, body) => callAsCard(sandbox, appUrl, portalId, method, path, body),
    stop,
  }
}

/** No limits: what a test or a demo sends follows in seconds. */
export const UNLIMITED = { contactHours: 0, companyMinutes: 0, portalPerDay: 0, sensibleHours: 24 } as const

/** See `Stack.card`. */
export async function callAsCard<T>(
  sandbox: Sandbox,
  appUrl: string,
  portalId: number,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
): Promise<T> {
  const userId = sandbox.state.portals.get(portalId)?.users[0]?.id ?? 0
  const answer = await sandbox.fetchProxy.fetch({ portalId, userId, url: appUrl + path, method, body })
  const parsed = JSON.parse(answer.body)
  if (answer.status !== 200 || parsed.ok !== true) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`)
  return parsed.data
}
