import { useEffect } from 'react'

/** Runs something once after a while; the answer takes it back. Milliseconds. */
export interface Timers {
  after(milliseconds: number, run: () => void): () => void
}

export const realTimers: Timers = {
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds)
    return () => clearTimeout(timer)
  },
}

/**
 * Calls `ask` again and again, `everyMs` after the last one ended, until the view goes away. Null stops.
 * `ask` and `timers` must stay the same between renders.
 */
export function usePolling(ask: () => Promise<void>, everyMs: number | null, timers: Timers): void {
  useEffect(() => {
    if (everyMs === null) return
    let stopped = false
    let cancel = () => {}
    const next = () => {
      if (stopped) return
      cancel = timers.after(everyMs, () => {
        ask().then(next, next)
      })
    }
    next()
    return () => {
      stopped = true
      cancel()
    }
  }, [ask, everyMs, timers])
}
