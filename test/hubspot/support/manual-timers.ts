import type { Timers } from '@stagecue/app-client'

/** Timers that fire when the test says so. */
export function manualTimers() {
  const waiting = new Set<{ milliseconds: number; run: () => void }>()
  const timers: Timers = {
    after: (milliseconds, run) => {
      const timer = { milliseconds, run }
      waiting.add(timer)
      return () => waiting.delete(timer)
    },
  }
  return {
    timers,
    /** The waits now set, in milliseconds. */
    waits: () => [...waiting].map((timer) => timer.milliseconds),
    /** Fires all that wait. */
    fire: () => {
      const due = [...waiting]
      waiting.clear()
      for (const timer of due) timer.run()
    },
  }
}
