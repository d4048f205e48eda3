import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { readDatabaseSettings } from '#config'
import { systemSleep } from '#core/clock.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { APP_ROLE, type Database, openDatabase, openPool } from '#db/database.ts'
import { startEmbedded } from '#db/embedded/start.ts'
import { buildPages } from '#test/sandbox/browser/build.ts'
import { pageRoutes } from '#test/sandbox/pages.ts'
import { type Sandbox, startSandbox } from '#test/sandbox/sandbox.ts'
import { buildExtensions } from '../build-extensions.ts'
import { createDemoTime } from './demo-time.ts'
import { lookAtWork } from './look-at-work.ts'
import { type DemoSecrets, readSecrets } from './secrets.ts'
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

/**
 * Starts the whole product locally: bundles, stand-in for HubSpot, mail catcher, and the production server beside it, all on
 * one clock that the stand-in's pages move forward.
 */
export async function startDemo({ port, dataDir, say, env = {} }: DemoOptions): Promise<Demo> {
  const secrets = readSecrets(dataDir)
  say('building the card, the settings page and the pages of the stand-in …')
  const bundlesDir = path.resolve('dist/extensions')
  const pagesDir = path.resolve('dist/sandbox')
  await Promise.all([buildExtensions({ outDir: bundlesDir }), buildPages({ outDir: pagesDir })])
  const appUrl = `http://127.0.0.1:${port}`
  await refuseTakenPorts(port)
  const time = createDemoTime(dataDir)
  const sandbox = await startSandbox({
    port: port + 1,
    appUrl,
    clientId: 'stagecue-demo',
    clientSecret: secrets.clientSecret,
    appId: 7700421,
    redirectUrls: [`${appUrl}/oauth/callback`],
    permittedUrls: [appUrl],
    clock: time.clock,
    clockControl: time.control,
    webhooks: { retryBase: 1_000 },
    stateFile: path.join(dataDir, 'sandbox.json'),
    bundlesDir,
    pages: (app) => pageRoutes(app, { dir: pagesDir }),
  })
  say('starting the database and the server …')
  const appSettings = { ...settingsOf(port, dataDir, secrets, sandbox), ...env }
  const app = spawnApp(appSettings, time.ahead())
  const ended = once(app, 'exit')
  let work: OpenDatabase | undefined
  const stop = async () => {
    await work?.close()
    if (app.exitCode === null && app.signalCode === null) app.kill('SIGTERM')
    await ended
    await sandbox.stop()
  }
  try {
    await whenReady(appUrl, () => app.exitCode !== null || app.signalCode !== null)
    work = await openAppDatabase(appSettings)
  } catch (error) {
    await stop()
    throw error
  }
  const { db } = work
  time.attach(app, (now) => lookAtWork(db, [...sandbox.state.portals.keys()], now))
  sandbox.onChange(({ kind, portalId }) => {
    if (kind === 'install' && portalId !== undefined) void prepare(sandbox, appUrl, portalId, say)
  })
  return { appUrl, sandbox, ended, stop }
}

function settingsOf(port: number, dataDir: string, secrets: DemoSecrets, sandbox: Sandbox): Record<string, string> {
  return {
    LOG_LEVEL: 'warn',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
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
  }
}

function spawnApp(settings: Readonly<Record<string, string>>, aheadMs: number): ChildProcess {
  // A group of its own: Ctrl-C in the terminal must reach this process only, which then stops the app in good order.
  return spawn(process.execPath, ['scripts/demo/app.ts', String(aheadMs)], {
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...settings },
  })
}

interface OpenDatabase {
  readonly db: Database
  close(): Promise<void>
}

/** The running app's database, to see what it has before it. */
async function openAppDatabase(settings: Readonly<Record<string, string>>): Promise<OpenDatabase> {
  const { databaseUrl, dataDir } = readDatabaseSettings(settings)
  const dir = path.join(dataDir, 'postgres')
  const embedded = databaseUrl
    ? undefined
    : await startEmbedded({ dir, sleep: systemSleep, log: silentLog, secrets: systemSecrets })
  const url = databaseUrl ?? embedded?.url() ?? ''
  const db = openDatabase(openPool({ url, size: 2, role: APP_ROLE, name: 'stagecue-demo' }))
  return {
    db,
    async close() {
      await db.destroy()
      await embedded?.stop()
    },
  }
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
