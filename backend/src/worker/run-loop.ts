import type { Deps } from '#deps'
import type { Nudge } from './nudge.ts'

/** One pass of a task: how many things it handled; `0` means: nothing due now. */
export interface Task {
  readonly name: string
  readonly pass: () => Promise<number>
  /** How long to rest when nothing is due, in milliseconds; a nudge ends the rest early. */
  readonly restMs: number
  /** Rung when there is work for it. */
  readonly nudge: Nudge
}

/** After an unexpected error: long enough not to hammer a database that is down, short enough to recover by itself. */
const FAILURE_REST_MS = 2_000

/**
 * Runs a task until `signal` aborts: pass after pass while there is work, a rest when there is none. A pass that throws is
 * logged and tried again: the work is still in the database. Resolves when the running pass has ended.
 */
export async function runLoop(
  deps: Pick<Deps, 'sleep' | 'metrics' | 'log'>,
  task: Task,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const handled = await task.pass()
      if (handled === 0) await task.nudge.rest(deps.sleep, task.restMs, signal)
    } catch (error) {
      deps.metrics.count('task_failures_total', { task: task.name })
      deps.log.error({ task: task.name, err: error }, 'task failed')
      await deps.sleep(FAILURE_REST_MS, signal)
    }
  }
}
