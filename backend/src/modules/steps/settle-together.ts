import type { PortalContext } from '#core/context.ts'
import { isDatabaseUnavailable } from '#db/is-database-unavailable.ts'
import { setAside } from './set-aside.ts'
import { type Settlement, settleRuns } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'

/**
 * What the mail server answered is known here alone: a database that is away for a moment must not make an accepted mail look
 * unconfirmed. Together about the drain of a process that stops; a claim that was lost meanwhile is left alone as ever.
 */
const SETTLE_TRIES = 15
const SETTLE_PAUSE_MS = 1_000

/** Takes outcomes as they come and writes those that queued while the last transaction ran in the next one. */
export interface Settler {
  /** Resolves when this outcome is committed, or set aside with what is known; rejects when the database could not be used. */
  settle(settlement: Settlement): Promise<void>
}

interface Waiting {
  readonly settlement: Settlement
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Mails of one batch finish nearly together, and each settling ends with the same lane of their portal: one transaction
 * after another would wait for the other's commit. Without a timer: the first goes at once, alone. When a transaction of
 * several fails, each is tried alone, so that one bad run does not leave its neighbors unsettled: it is set aside.
 */
export function settleTogether(deps: StepsDeps, portal: PortalContext): Settler {
  const queue: Waiting[] = []
  let running = false

  async function drain(): Promise<void> {
    running = true
    while (queue.length > 0) await write(queue.splice(0))
    running = false
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      await settleRuns(
        deps,
        portal,
        batch.map((one) => one.settlement),
      )
      for (const one of batch) one.resolve()
    } catch (error) {
      const [only] = batch
      if (batch.length === 1 && only) return writeAgain(only, error)
      for (const one of batch) await write([one])
    }
  }

  async function writeAgain(only: Waiting, first: unknown): Promise<void> {
    let error = first
    for (let tries = 1; tries < SETTLE_TRIES && isDatabaseUnavailable(error); tries++) {
      await deps.sleep(SETTLE_PAUSE_MS)
      try {
        await settleRuns(deps, portal, [only.settlement])
        return only.resolve()
      } catch (again) {
        error = again
      }
    }
    try {
      await setAside(deps, portal, { ...only.settlement, error })
      only.resolve()
    } catch (again) {
      only.reject(again)
    }
  }

  return {
    settle: (settlement) =>
      new Promise((resolve, reject) => {
        queue.push({ settlement, resolve, reject })
        if (!running) void drain()
      }),
  }
}
