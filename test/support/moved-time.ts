import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Clock, systemClock } from '#core/clock.ts'
import { createDemoClock } from '../../scripts/demo/demo-clock.ts'
import { type AppProcess, watchProcess } from './app-process.ts'

/** One clock for this process and the app's, which a test moves forward. */
export interface MovedTime {
  readonly read: Clock
  /** Starts the production server on this clock; it is the one that later moves are told to. */
  spawn(env: Readonly<Record<string, string>>): AppProcess
  /** Resolves when the running app has it, too. */
  jump(to: Temporal.Instant): Promise<void>
}

export function createMovedTime(): MovedTime {
  const clock = createDemoClock(systemClock, 0)
  let running: { child: ChildProcess; app: AppProcess } | undefined
  return {
    read: clock.read,
    spawn(env) {
      const child = spawn(process.execPath, ['scripts/demo/app.ts', String(clock.ahead())], {
        env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
      const app = watchProcess(child)
      running = { child, app }
      return app
    },
    async jump(to) {
      // One more: a step that is due in the middle of a millisecond must be due after the jump.
      const missing = to.epochMilliseconds - clock.read().epochMilliseconds + 1
      if (missing <= 0) return
      const aheadMs = clock.ahead() + missing
      if (running?.app.running()) {
        running.child.send({ aheadMs })
        await once(running.child, 'message')
      }
      clock.setAhead(aheadMs)
    },
  }
}
