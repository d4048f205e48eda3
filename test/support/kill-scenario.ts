import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { systemSleep } from '#core/clock.ts'
import { type Sandbox, startSandbox } from '#test/sandbox/sandbox.ts'
import { connectPortal } from './connect-portal.ts'
import { findEventFaults } from './kill-check-events.ts'
import { findMailFaults, type MailCounts } from './kill-check-mails.ts'
import { findLeftovers } from './kill-check-rest.ts'
import { CROWD_PORTALS, type CrowdDeal, crowdPortals, fillCrowd, setUpPortal, subjectsOf } from './kill-crowd.ts'
import { type Fleet, startFleet } from './kill-fleet.ts'
import { type Moves, moveCrowd } from './kill-moves.ts'
import { lastingPort } from './lasting-port.ts'
import { seededRandom } from './seeded-random.ts'

export interface KillScenario {
  /** The owner's URL of an empty database. */
  readonly databaseUrl: string
  readonly seed: number
  /** Stage changes in HubSpot. */
  readonly moves: number
  readonly movesPerSecond: number
  /** Kills in a row, and how many more mails the server has to take before the next row. */
  readonly storm: { readonly kills: number; readonly mails: number }
  /** Kills go on after the last move until there were `least` and this share of the mails was accepted, or there were `most`. */
  readonly kills: { readonly least: number; readonly most: number; readonly share: number }
  readonly expireTokens: boolean
  /** Pause before HubSpot's first retry, doubling ten times: it should outlast the kills, or it gives up events. */
  readonly retryBaseMs: number
  /** Kills end after this time in any case, in ms: a slow machine has fewer of them. */
  readonly killMs: number
  /** How long the system may take to come to rest after the last kill, in ms. */
  readonly restMs: number
}

export interface KillReport {
  /** Everything that must not be, as sentences; empty is the proof. */
  readonly faults: readonly string[]
  /** What happened, in one line. */
  readonly summary: string
}

/** What the checks look at: the journals of the other side, and our tables behind the wall. */
export interface Evidence {
  readonly sandbox: Sandbox
  readonly deals: readonly CrowdDeal[]
  readonly query: <T extends pg.QueryResultRow>(text: string) => Promise<T[]>
}

/**
 * Runs the product as one web process and two workers, moves deals in the sandbox while the processes are killed and
 * restarted, lets everything come to rest, and compares HubSpot's and the mail server's own journals with the product's tables.
 * `signal` is the test's: a test that takes too long must not leave processes behind.
 */
export async function runKillScenario(scenario: KillScenario, signal: AbortSignal): Promise<KillReport> {
  const random = seededRandom(scenario.seed)
  const port = await lastingPort()
  const appUrl = `http://127.0.0.1:${port}`
  const client = { clientId: 'stagecue-client-id', clientSecret: randomBytes(18).toString('base64url') }
  const sandbox = await startSandbox({
    appUrl,
    ...client,
    appId: 7700421,
    redirectUrls: [`${appUrl}/oauth/callback`],
    permittedUrls: [appUrl],
    limits: false,
    random: seededRandom(scenario.seed + 1),
    webhooks: { retryBase: scenario.retryBaseMs },
    portals: crowdPortals,
  })
  const pool = new pg.Pool({ connectionString: scenario.databaseUrl, max: 2 })
  let fleet: Fleet | undefined
  let cache: string | undefined
  try {
    const deals = fillCrowd(sandbox, scenario.moves)
    cache = await mkdtemp(path.join(tmpdir(), 'stagecue-compiled-'))
    const env = settings(scenario.databaseUrl, sandbox, appUrl, port, client, cache)
    fleet = await startFleet({
      env,
      entry: 'test/support/app-entry.ts',
      random,
      pauseMs: [200, 900],
      storm: scenario.storm.kills,
    })
    signal.addEventListener('abort', () => void fleet?.end())
    for (const { portalId } of CROWD_PORTALS) {
      await connectPortal(appUrl, portalId)
      await setUpPortal(sandbox, appUrl, portalId)
    }
    const query: Evidence['query'] = async (text) => (await pool.query(text)).rows
    const evidence: Evidence = { sandbox, deals, query }
    return await run(scenario, evidence, fleet, seededRandom(scenario.seed + 2))
  } finally {
    await fleet?.end()
    await sandbox.stop()
    await pool.end()
    if (cache) await rm(cache, { recursive: true, force: true })
  }
}

async function run(
  scenario: KillScenario,
  evidence: Evidence,
  fleet: Fleet,
  random: () => number,
): Promise<KillReport> {
  const killing = fleet.startKilling(() => evidence.sandbox.mail.messages().length, scenario.storm.mails)
  const latest = performance.now() + scenario.killMs
  let moves: Moves
  try {
    const { movesPerSecond: perSecond, expireTokens } = scenario
    moves = await moveCrowd(evidence.sandbox, evidence.deals, { random, perSecond, expireTokens })
    while (performance.now() < latest && !killedEnough(scenario, evidence, fleet)) await systemSleep(100)
  } finally {
    await killing.stop()
  }
  await moves.told
  await evidence.sandbox.webhooks.settle()
  const rested = await rests(evidence, scenario.restMs)
  const events = await findEventFaults(evidence)
  const mails = await findMailFaults(evidence)
  const faults = [
    ...fleet.faults,
    ...(rested ? [] : [`not at rest after ${scenario.restMs / 1000} s`]),
    ...(await findLeftovers(evidence)),
    ...events.faults,
    ...mails.faults,
  ]
  return { faults, summary: describe(scenario, evidence, fleet, moves, { ...events.counts, ...mails.counts }) }
}

function killedEnough({ kills }: KillScenario, { sandbox, deals }: Evidence, { counts, faults }: Fleet): boolean {
  if (faults.length > 0 || counts.kills >= kills.most) return true
  const planned = deals.reduce((sum, deal) => sum + subjectsOf(deal.portalId).length, 0)
  return counts.kills >= kills.least && sandbox.mail.messages().length >= kills.share * planned
}

/** Polls until nothing is due, leased or planned any more. */
async function rests(evidence: Evidence, withinMs: number): Promise<boolean> {
  const pause = 250
  for (let waited = 0; waited < withinMs; waited += pause) {
    if ((await findLeftovers(evidence)).length === 0) return true
    await systemSleep(pause)
  }
  return false
}

function describe(
  scenario: KillScenario,
  { sandbox, deals }: Evidence,
  fleet: Fleet,
  moves: Moves,
  counts: MailCounts & { stored: number; duplicates: number },
): string {
  const { kills, webKills, earlyKills, restarts } = fleet.counts
  const { posts, retries, givenUp } = sandbox.webhooks.counters
  const errors = [...fleet.errors()].map(([message, times]) => `${times}× ${message}`)
  return [
    `seed ${scenario.seed}: ${scenario.moves} stage changes of ${deals.length} deals`,
    `${posts} webhook requests (${retries} retries, ${moves.retold} told again under other ids, ${givenUp} given up)`,
    `${counts.stored} events stored, ${counts.duplicates} acknowledged copies of them`,
    `${kills} kills (${webKills} web, ${earlyKills} while starting), ${restarts} restarts`,
    `${counts.accepted} mails accepted, ${counts.unconfirmed} unconfirmed (${counts.unconfirmedAccepted} of them had arrived)`,
    `errors logged: ${errors.join(' | ') || 'none'}`,
  ].join('; ')
}

function settings(
  databaseUrl: string,
  sandbox: Sandbox,
  appUrl: string,
  port: number,
  client: { clientId: string; clientSecret: string },
  compileCache: string,
): Record<string, string> {
  return {
    PORT: String(port),
    PUBLIC_URL: appUrl,
    HUBSPOT_CLIENT_ID: client.clientId,
    HUBSPOT_CLIENT_SECRET: client.clientSecret,
    HUBSPOT_APP_ID: '7700421',
    HUBSPOT_API_URL: sandbox.url,
    HUBSPOT_AUTHORIZE_URL: sandbox.url,
    DATABASE_URL: databaseUrl,
    TOKEN_KEYS: `test:${randomBytes(32).toString('base64url')}`,
    SMTP_URL: sandbox.mail.url,
    MAIL_DOMAIN: 'mail.stagecue.example',
    LOG_LEVEL: 'warn',
    // A process that lives for half a second must not spend it on compiling.
    NODE_COMPILE_CACHE: compileCache,
  }
}
