/** What to do to a call instead of, or besides, answering it. */
export type FaultKind = 'status' | 'delay' | 'timeout' | 'reset' | 'html' | 'truncated' | 'dropAnswer'

export interface Fault {
  readonly match: {
    readonly method?: string
    /** A path begins with this, or matches it. */
    readonly path?: string | RegExp
    readonly portalId?: number
    readonly family?: string
  }
  /** How many calls it hits; 1 unless told, Infinity for all. */
  readonly times?: number
  /** Matching calls to let pass first. */
  readonly after?: number
  readonly kind: FaultKind
  /** For `status`, `html` and `truncated`. */
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** For `delay`: milliseconds before the real work starts. */
  readonly delayMs?: number
}

export interface Faults {
  /** Gives back a function that takes the fault away. */
  add(fault: Fault): () => void
  clear(): void
  /** How often any fault was played. */
  readonly played: number
  take(call: { method: string; path: string; portalId: number | null; family: string }): Fault | null
}

export function createFaults(): Faults {
  let armed: { fault: Fault; left: number; skip: number }[] = []
  let played = 0
  return {
    get played() {
      return played
    },
    add(fault) {
      const entry = { fault, left: fault.times ?? 1, skip: fault.after ?? 0 }
      armed.push(entry)
      return () => {
        armed = armed.filter((other) => other !== entry)
      }
    },
    clear() {
      armed = []
    },
    take(call) {
      for (const entry of armed) {
        if (!matches(entry.fault, call)) continue
        if (entry.skip > 0) {
          entry.skip--
          continue
        }
        entry.left--
        if (entry.left <= 0) armed = armed.filter((other) => other !== entry)
        played++
        return entry.fault
      }
      return null
    },
  }
}

function matches({ match }: Fault, call: { method: string; path: string; portalId: number | null; family: string }) {
  if (match.method && match.method.toUpperCase() !== call.method) return false
  if (match.portalId !== undefined && match.portalId !== call.portalId) return false
  if (match.family && match.family !== call.family) return false
  if (typeof match.path === 'string') return call.path.startsWith(match.path)
  return match.path ? match.path.test(call.path) : true
}
