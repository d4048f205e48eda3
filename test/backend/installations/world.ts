import { onTestFinished } from 'vitest'
import { type Sleep, systemSleep } from '#core/clock.ts'
import { systemIds, systemSecrets } from '#core/ids.ts'
import type { Log } from '#core/log.ts'
import type { Vault } from '#core/vault.ts'
import { APP_ROLE, type Database, openDatabase, openPool } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { createHubSpotClient } from '#hubspot/client.ts'
import type { HubSpot } from '#hubspot/hubspot.ts'
import { createHubSpotOAuth, type HubSpotOAuth } from '#hubspot/oauth.ts'
import { createRequestLog, type RequestLog } from '#hubspot/request-log.ts'
import { completeInstall } from '#modules/installations/complete-install.ts'
import { createTokens } from '#modules/installations/create-tokens.ts'
import { type Sandbox, type SandboxOptions, startSandbox } from '#test/sandbox/sandbox.ts'
import { APP, NORTHWIND_ID, SCOPES } from '#test/sandbox/starting.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { makeDeps, TestClock } from '#test/support/deps.ts'
import { openVault } from '#vault/open-vault.ts'

export const PUBLIC_URL = 'https://stagecue.example'

/** One process of the app: pools, cache and connections of its own. */
export interface Process {
  readonly deps: Deps & { oauth: HubSpotOAuth }
  readonly tokens: ReturnType<typeof createTokens>
  readonly hubspot: HubSpot
  readonly requestLog: RequestLog
}

export interface World {
  readonly clock: TestClock
  readonly sandbox: Sandbox
  readonly vault: Vault
  readonly keys: { kid: string; key: Buffer }[]
  /** Every log line of every process, as JSON. */
  readonly logged: string[]
  /** Another process; `oauth` and `sleep` may be wrapped to hold or lose what passes. */
  process(changed?: { oauth?: (real: HubSpotOAuth) => HubSpotOAuth; sleep?: Sleep; random?: () => number }): Process
  /** A portal nobody else uses, known to HubSpot but without the app. */
  addPortal(): number
  /** A portal with the app installed and stored by `completeInstall`. */
  connect(): Promise<{ portalId: number; accessToken: string; refreshToken: string }>
  installation(portalId: number): Promise<{ status: string; statusReason: string | null } | undefined>
  tokenRow(portalId: number): Promise<{ accessToken: string; refreshToken: string; tokenVersion: number } | undefined>
  activities(portalId: number): Promise<string[]>
  /** How often the token endpoint was asked, whatever it answered. */
  tokenCalls(): number
}

let lastPortal = 70_000_000

/** A sandbox and what the app needs to talk to it, ending with the test. */
export async function startWorld(database: TestDatabase, options: Partial<SandboxOptions> = {}): Promise<World> {
  const clock = new TestClock()
  const keys = [{ kid: 'k1', key: systemSecrets(32) }]
  const vault = await openVault(keys)
  const sandbox = await startSandbox({
    appUrl: PUBLIC_URL,
    clientId: APP.clientId,
    clientSecret: APP.clientSecret,
    appId: APP.appId,
    scopes: { required: SCOPES, optional: [], conditional: [] },
    redirectUrls: [`${PUBLIC_URL}/oauth/callback`],
    clock: clock.read,
    ...options,
  })
  onTestFinished(() => sandbox.stop())
  const logged: string[] = []
  const log = capture(logged)

  function process(changed: Parameters<World['process']>[0] = {}): Process {
    const db = openDatabase(openPool({ url: database.url, size: 6, role: APP_ROLE, name: 'stagecue-test' }))
    const random = changed.random ?? (() => 0.5)
    const sleep = changed.sleep ?? systemSleep
    const real = createHubSpotOAuth({
      apiUrl: sandbox.url,
      clientId: APP.clientId,
      clientSecret: APP.clientSecret,
      clock: clock.read,
    })
    const oauth = changed.oauth?.(real) ?? real
    const base = { ...makeDeps({ db, clock, vault, log }), random, sleep }
    const requestLog = createRequestLog({ db, ids: systemIds })
    const tokens = createTokens({ ...base, oauth })
    const hubspot = createHubSpotClient({ ...base, apiUrl: sandbox.url, requestLog, tokens })
    const settings = {
      publicUrl: PUBLIC_URL,
      mailDomain: 'mail.example.com',
      dkimKeys: [],
      readsMail: false,
      appId: '42',
      scopes: SCOPES,
    }
    onTestFinished(async () => {
      await hubspot.close()
      await real.close()
      await db.destroy()
    })
    return { deps: { ...base, hubspot, oauth, settings }, tokens, hubspot, requestLog }
  }

  function addPortal(): number {
    const portalId = ++lastPortal
    const template = sandbox.state.portals.get(NORTHWIND_ID)
    if (!template) throw new Error('the sandbox has no seed portal')
    sandbox.addPortal({ ...template, portalId })
    return portalId
  }

  return {
    clock,
    sandbox,
    vault,
    keys,
    logged,
    process,
    addPortal,
    async connect() {
      const portalId = addPortal()
      const tokens = sandbox.install(portalId, SCOPES)
      await storeInstallation({ db: database.db, clock: clock.read, ids: systemIds, vault }, portalId, tokens)
      return { portalId, ...tokens }
    },
    installation: (portalId) =>
      inPortal(database.db, portalId, (trx) =>
        trx
          .selectFrom('installations')
          .where('portalId', '=', portalId)
          .select(['status', 'statusReason'])
          .executeTakeFirst(),
      ),
    tokenRow: (portalId) =>
      inPortal(database.db, portalId, (trx) =>
        trx
          .selectFrom('oauthTokens')
          .where('portalId', '=', portalId)
          .select(['accessToken', 'refreshToken', 'tokenVersion'])
          .executeTakeFirst(),
      ),
    activities: (portalId) => listActivities(database.db, portalId),
    tokenCalls: () => sandbox.journal.find({ path: '/oauth/2026-09/token' }).length,
  }
}

/** Stores tokens as an installation by a person, as the callback does. */
export function storeInstallation(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'vault'>,
  portalId: number,
  tokens: { accessToken: string; refreshToken: string },
) {
  const actor = { kind: 'user', userId: '9', email: 'Admin@Example.com' } as const
  return completeInstall(
    deps,
    { portalId, actor, requestId: 'r1' },
    {
      ...tokens,
      expiresInSeconds: 1800,
      scopes: SCOPES,
      accountName: 'acme.example',
      uiDomain: 'app.hubspot.com',
      timeZone: 'America/Chicago',
    },
  )
}

async function listActivities(db: Database, portalId: number): Promise<string[]> {
  const rows = await inPortal(db, portalId, (trx) =>
    trx.selectFrom('activities').where('portalId', '=', portalId).select('kind').orderBy('id').execute(),
  )
  return rows.map((row) => row.kind)
}

function capture(lines: string[]): Log {
  const line = (fields: object, message: string) => {
    const plain = Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? describe(value) : value,
    ])
    lines.push(JSON.stringify({ message, ...Object.fromEntries(plain) }))
  }
  const log: Log = { info: line, warn: line, error: line, debug: line, child: () => log }
  return log
}

/** Everything an error would show to whoever prints it. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = JSON.stringify(error, Object.getOwnPropertyNames(error))
  return [error.stack, own, error.cause === undefined ? '' : describe(error.cause)].join('\n')
}
