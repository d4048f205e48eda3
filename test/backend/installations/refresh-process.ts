import { systemSleep } from '#core/clock.ts'
import { systemIds, systemRandom, systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { noMetrics } from '#core/metrics.ts'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { createHubSpotOAuth } from '#hubspot/oauth.ts'
import { accessToken } from '#modules/installations/access-token.ts'
import { openVault } from '#vault/open-vault.ts'

/** A process of its own that asks for a portal's token, for two-processes.test.ts. Told what to do over IPC. */
export interface Start {
  databaseUrl: string
  hubspotUrl: string
  clientId: string
  clientSecret: string
  key: string
}

export interface Ask {
  portalId: number
  now: string
  calls: number
}

export interface Answer {
  tokens: string[]
  errors: string[]
}

const start: Start = JSON.parse(process.argv[2] ?? '{}')
const db = openDatabase(openPool({ url: start.databaseUrl, size: 6, role: APP_ROLE, name: 'stagecue-test-child' }))
const vault = await openVault([{ kid: 'k1', key: Buffer.from(start.key, 'base64') }])
let now = Temporal.Now.instant()
const clock = () => now
const oauth = createHubSpotOAuth({
  apiUrl: start.hubspotUrl,
  clientId: start.clientId,
  clientSecret: start.clientSecret,
  clock,
})
const deps = {
  db,
  vault,
  oauth,
  clock,
  ids: systemIds,
  random: systemRandom,
  secrets: systemSecrets,
  sleep: systemSleep,
  log: silentLog,
  metrics: noMetrics,
}

process.on('message', async (ask: Ask) => {
  now = Temporal.Instant.from(ask.now)
  const results = await Promise.allSettled(Array.from({ length: ask.calls }, () => accessToken(deps, ask.portalId)))
  const answer: Answer = { tokens: [], errors: [] }
  for (const result of results) {
    if (result.status === 'fulfilled') answer.tokens.push(result.value.token)
    else answer.errors.push(String(result.reason?.code ?? result.reason))
  }
  process.send?.(answer)
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
