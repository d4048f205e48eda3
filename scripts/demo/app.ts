import { readConfig } from '#config'
import { systemClock } from '#core/clock.ts'
import { isAppError } from '#core/errors.ts'
import { LEASES } from '#core/leases.ts'
import { openLog } from '#observe/open-log.ts'
import { startServer } from '../../backend/src/start-server.ts'
import { createDemoClock } from './demo-clock.ts'

/** From the demo's process to the app's: be this far ahead of the machine's clock. Answered with the same. */
export interface ClockMessage {
  readonly aheadMs: number
}

/** As long as the production server takes at most; what is not done by then is picked up at the next start. */
const DRAIN_MS = 20_000

const pretty = process.stdout.isTTY === true

/** The production server on the demo's clock. `argv[2]`: how far it is ahead at the start, in milliseconds. */
async function main(): Promise<void> {
  const clock = createDemoClock(systemClock, Number(process.argv[2] ?? 0))
  const config = readConfig(process.env)
  const server = await startServer(config, openLog({ level: config.logLevel, pretty }), LEASES, clock.read)
  process.on('message', ({ aheadMs }: ClockMessage) => {
    clock.setAhead(aheadMs)
    process.send?.({ aheadMs } satisfies ClockMessage)
  })
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), DRAIN_MS).unref()
    await server.stop()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  // The demo is gone without a word: nobody could stop this process any more.
  process.on('disconnect', () => void stop())
}

main().catch((error: unknown) => {
  if (isAppError(error)) process.stderr.write(`${error.message}\n`)
  else openLog({ level: 'error', pretty }).error({ err: error }, 'stagecue could not start')
  process.exit(1)
})
