/**
 * A process of its own that holds an embedded Postgres, to be killed by a test: `node hold-postgres.ts <dir>`.
 * Prints one line of JSON when the server answers; SIGTERM makes it stop the server and end.
 */
import { systemSleep } from '#core/clock.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { startEmbedded } from '#db/embedded/start.ts'

const server = await startEmbedded({
  dir: process.argv[2] ?? '',
  sleep: systemSleep,
  log: silentLog,
  secrets: systemSecrets,
})
const { adopted, pid, dataDir } = server
process.once('SIGTERM', () => server.stop().finally(() => process.exit()))
process.stdout.write(`${JSON.stringify({ adopted, pid, dataDir, url: server.url() })}\n`)
setInterval(() => {}, 60_000)
