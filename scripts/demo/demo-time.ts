import type { ChildProcess } from 'node:child_process'
import { type Clock, systemClock, systemSleep } from '#core/clock.ts'
import type { ClockControl, ClockStep } from '#test/sandbox/clock-control.ts'
import { conflict } from '#test/sandbox/hubspot/errors.ts'
import type { ClockMessage } from './app.ts'
import { createDemoClock, keepAhead, readAhead } from './demo-clock.ts'
import { moveClock, type Workload } from './move-clock.ts'

/** The one clock of the demo: the sandbox reads it here, the app's process is told. */
export interface DemoTime {
  readonly clock: Clock
  readonly control: ClockControl
  /** How far it is ahead of the machine's clock, in milliseconds. */
  ahead(): number
  /** Once the app runs: its process, and how to see what it has before it at a moment. */
  attach(app: ChildProcess, look: (now: Temporal.Instant) => Promise<Workload>): void
}

/** How long the app's process may take to answer, in milliseconds. */
const ANSWER_MS = 5_000

/** The demo's clock as its folder remembers it. Moves are refused until `attach`. */
export function createDemoTime(dataDir: string): DemoTime {
  const demoClock = createDemoClock(systemClock, readAhead(dataDir))
  const clock = demoClock.read
  let attached: { app: ChildProcess; look: (now: Temporal.Instant) => Promise<Workload> } | undefined

  const parts = () => {
    if (!attached) throw conflict('The app is still starting. Try again in a moment.')
    const { app, look } = attached
    return {
      clock,
      sleep: systemSleep,
      look: () => look(clock()),
      async jump(to: Temporal.Instant) {
        // One more: a step that is due in the middle of a millisecond must be due after the jump.
        const missing = to.epochMilliseconds - clock().epochMilliseconds + 1
        if (missing > 0) await setAhead(app, demoClock.ahead() + missing)
      },
    }
  }
  /** Kept first: after a crash the clock must not go back behind what the app has already done. */
  async function setAhead(app: ChildProcess, aheadMs: number): Promise<void> {
    keepAhead(dataDir, aheadMs)
    await tell(app, { aheadMs })
    demoClock.setAhead(aheadMs)
  }

  return {
    clock,
    ahead: () => demoClock.ahead(),
    attach(app, look) {
      attached = { app, look }
    },
    control: {
      async read() {
        const work = await attached?.look(clock())
        return { now: clock(), nextStepAt: work?.nextStepAt ?? null }
      },
      async move(step) {
        const { nextStepAt } = await parts().look()
        const target = targetOf(step, clock(), nextStepAt)
        return target === null || moveClock(parts(), target)
      },
    },
  }
}

function targetOf(step: ClockStep, now: Temporal.Instant, nextStepAt: Temporal.Instant | null) {
  if (step === 'next-step') return nextStepAt
  return now.add({ hours: step === 'hour' ? 1 : 24 })
}

/** Resolves when the app's process has taken it over. */
async function tell(app: ChildProcess, message: ClockMessage): Promise<void> {
  const late = new AbortController()
  const answered = new Promise<void>((resolve) => {
    const hear = (answer: unknown) => {
      if ((answer as ClockMessage).aheadMs !== message.aheadMs) return
      app.off('message', hear)
      resolve()
    }
    app.on('message', hear)
  })
  const timeout = systemSleep(ANSWER_MS, late.signal).then(() => {
    if (!late.signal.aborted) throw new Error('The app did not take over the new time.')
  })
  app.send(message)
  await Promise.race([answered, timeout])
  late.abort()
}
