import type { PortalContext } from '#core/context.ts'
import { type Settlement, settleRuns } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'

/** Takes outcomes as they come and writes those that queued while the last transaction ran in the next one. */
export interface Settler {
  /** Resolves when this outcome is committed; rejects when it could not be. */
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
 * several fails, each is tried alone, so that one bad run does not leave its neighbors unsettled.
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
      if (batch.length === 1 && only) return only.reject(error)
      for (const one of batch) await write([one])
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
