/** Now, as a moment in UTC. Injected everywhere, so that a test can hold it still and the simulator can move it. */
export type Clock = () => Temporal.Instant

/** The machine's clock; only `main.ts` and tests pass it on. */
export const systemClock: Clock = () => Temporal.Now.instant()

/** A pause that ends early when `signal` aborts; injected so that no code makes timers on its own. `ms` is milliseconds. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>

/** A pause on the machine's timers. Resolves, never rejects: a loop that is told to stop looks at the signal itself. */
export const systemSleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    signal?.addEventListener('abort', done, { once: true })
  })
