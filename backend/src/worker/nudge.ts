import type { Sleep } from '#core/clock.ts'

/**
 * Ends the rest of one task when this process knows that work has come for it. Only a hint, and only within the process: the
 * poll is the truth, so a lost nudge costs one rest and nothing else. One per task: it has one sleeper.
 */
export interface Nudge {
  /** Work has come. A nudge while nobody rests is kept for the next rest. */
  ring(): void
  /** Rests for `ms` milliseconds, or until rung or aborted. */
  rest(sleep: Sleep, ms: number, signal: AbortSignal): Promise<void>
}

export function makeNudge(): Nudge {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    async rest(sleep, ms, signal) {
      if (!rung) {
        const early = new AbortController()
        wake = () => early.abort()
        await sleep(ms, AbortSignal.any([early.signal, signal]))
        wake = undefined
      }
      rung = false
    },
  }
}
