import { flushCompileCache } from 'node:module'
import { readConfig } from '#config'
import { openLog } from '#observe/open-log.ts'
import { startServer } from '../../backend/src/start-server.ts'

/**
 * The production server with leases of seconds instead of minutes, for tests that kill it often and then wait for what the
 * dead ones left behind. Everything else is as in production; there is no setting for this, because operators need none.
 */
const seconds = (count: number) => Temporal.Duration.from({ seconds: count })

const log = openLog({ level: process.env.LOG_LEVEL ?? 'info', pretty: false })
const leases = {
  events: seconds(6),
  steps: seconds(8),
  stepsReserve: seconds(2),
  timeline: seconds(6),
  timelineReserve: seconds(3),
}
const server = await startServer(readConfig(process.env), log, leases)
// Whoever is killed writes none at its end; the next one starts faster with it.
flushCompileCache()
process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)))
