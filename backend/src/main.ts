import { readConfig } from '#config'
import { systemClock } from '#core/clock.ts'
import { isAppError } from '#core/errors.ts'
import { tuneHeap } from '#core/tune-heap.ts'
import { openLog } from '#observe/open-log.ts'
import { startServer } from './start-server.ts'

/** Long enough for a mail in the air and a card's request; what is not done by then is picked up from the database. */
const DRAIN_MS = 20_000

const pretty = process.stdout.isTTY === true

async function main(): Promise<void> {
  tuneHeap()
  const config = readConfig(process.env)
  const log = openLog({ level: config.logLevel, pretty })
  const server = await startServer(config, log)
  log.info({ role: config.role, address: server.address, since: systemClock().toString() }, 'stagecue started')

  let stopping = false
  const stop = async (signal: string) => {
    // Asked twice: the person means it. Whatever was in flight is safe in the database.
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping')
    const late = setTimeout(() => {
      log.error({}, 'did not stop in time')
      process.exit(1)
    }, DRAIN_MS)
    late.unref()
    await server.stop()
    log.info({}, 'stopped')
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))
}

main().catch((error: unknown) => {
  if (isAppError(error)) process.stderr.write(`${error.message}\n`)
  else openLog({ level: 'error', pretty }).error({ err: error }, 'stagecue could not start')
  process.exit(1)
})
