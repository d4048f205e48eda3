import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { buildPages } from '#test/sandbox/browser/build.ts'
import { pageRoutes } from '#test/sandbox/pages.ts'
import { type Sandbox, startSandbox } from '#test/sandbox/sandbox.ts'
import { buildExtensions } from '../build-extensions.ts'
import { readSecrets } from './secrets.ts'
import { seedPortal } from './seed-portal.ts'

export interface DemoOptions {
  /** The app listens here, the stand-in for HubSpot on the next port. */
  readonly port: number
  readonly dataDir: string
  readonly say: (line: string) => void
  /** Further settings of the app. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Demo {
  readonly appUrl: string
  readonly sandbox: Sandbox
  /** Resolves when the app ended by itself. */
  readonly ended: Promise<unknown>
  stop(): Promise<void>
}

/** Starts the whole product locally: bundles, stand-in for HubSpot, mail catcher, and the production server beside it. */
export async function startDemo({ port, dataDir, say, env = {} }: DemoOptions): Promise<Demo> {
  const secrets = readSecrets(dataDir)
  say('building the card, the settings page and the pages of the stand-in …')
  const bundlesDir = path.resolve('dist/extensions')
  const pagesDir = path.resolve('dist/sandbox')
  await Promise.all([buildExtensions({ outDir: bundlesDir }), buildPages({ outDir: pagesDir })])
  const appUrl = `http://127.0.0.1:${port}`
  await refuseTakenPorts(port)
  const sandbox = await startSandbox({
    port: port + 1,
    appUrl,
    clientId: 'stagecue-demo',
    clientSecret: secrets.clientSecret,
    appId: 7700421,
    redirectUrls: [`${appUrl}/oauth/callback`],
    permittedUrls: [appUrl],
    webhooks: { retryBase: 1_000 },
    stateFile: path.join(dataDir, 'sandbox.json'),
    bundlesDir,
    pages: (app) => pageRoutes(app, { dir: pagesDir }),
  })
  say('starting the database and the server …')
  // A group of its own: Ctrl-C in the terminal must reach this process only, which then stops the app in good order.
  const app = spawn(process.execPath, ['backend/src/main.ts'], {
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      LOG_LEVEL: 'warn',
      PORT: String(port),
      PUBLIC_URL: appUrl,
      HUBSPOT_CLIENT_ID: 'stagecue-demo',
      HUBSPOT_CLIENT_SECRET: secrets.clientSecret,
      HUBSPOT_APP_ID: '7700421',
      HUBSPOT_API_URL: sandbox.url,
      HUBSPOT_AUTHORIZE_URL: sandbox.url,
      DATA_DIR: dataDir,
      TOKEN_KEYS: `demo:${secrets.tokenKey}`,
      SMTP_URL: sandbox.mail.url,
      IMAP_URL: sandbox.mailbox.url,
      MAIL_DOMAIN: 'mail.stagecue.example',
      ...env,
    },
  })
  const ended = once(app, 'exit')
  const stop = async () => {
    if (app.exitCode === null && app.signalCode === null) app.kill('SIGTERM')
    await ended
    await sandbox.stop()
  }
  await whenReady(appUrl, () => app.exitCode !== null || app.signalCode !== null).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  sandbox.onChange(({ kind, portalId }) => {
    if (kind === 'install' && portalId !== undefined) void prepare(sandbox, appUrl, portalId, say)
  })
  return { appUrl, sandbox, ended, stop }
}

async function whenReady(appUrl: string, hasEnded: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (hasEnded()) throw new Error('The server could not start; its message is above.')
    const ready = await fetch(`${appUrl}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The server did not get ready within a minute.')
}

const preparing = new Set<number>()

/** After a portal was connected: HubSpot tells of the installation a moment before the app has stored it. */
async function prepare(sandbox: Sandbox, appUrl: string, portalId: number, say: (line: string) => void): Promise<void> {
  if (preparing.has(portalId)) return
  preparing.add(portalId)
  try {
    for (let attempt = 1; attempt <= 20; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      const settings = await callSettings(sandbox, appUrl, portalId)
      if (settings !== 'connected') continue
      const stage = await seedPortal(sandbox, appUrl, portalId)
      if (stage) say(`prepared: deals that enter "${stage}" start the sequence "Demo follow-up"`)
      return
    }
  } catch (error) {
    say(`the demo sequence could not be prepared: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    preparing.delete(portalId)
  }
}

async function callSettings(sandbox: Sandbox, appUrl: string, portalId: number): Promise<string | undefined> {
  const userId = sandbox.state.portals.get(portalId)?.users[0]?.id ?? 0
  const answer = await sandbox.fetchProxy.fetch({ portalId, userId, url: `${appUrl}/api/settings` })
  return answer.status === 200 ? JSON.parse(answer.body).data?.connection?.status : undefined
}

/** The app would name its own port; the stand-in's is ours to check. */
async function refuseTakenPorts(port: number): Promise<void> {
  for (const wanted of [port, port + 1]) {
    const server = createServer()
    const taken = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(true))
      server.listen(wanted, '127.0.0.1', () => resolve(false))
    })
    if (taken)
      throw new Error(`Port ${wanted} is taken. Stop what listens there or take others: npm run demo -- --port 4400`)
    await new Promise((resolve) => server.close(resolve))
  }
}
