import { useCallback, useEffect, useRef, useState } from 'react'
import type { ApiError } from './api-error.ts'
import { asApiError } from './use-load.ts'

export interface ChangeOptions<Input, T> {
  makeKey: () => string
  /** Called with the answer of a change that worked. */
  onDone: (result: T, input: Input) => void
  /** Called when what is on screen may not be so any more: somebody else changed it, or nobody knows what an attempt did. */
  onDoubt?: () => void
  /**
   * What the screen shows of the thing that is changed, where the input does not say it. Once it shows something else, what an
   * attempt did is known, and the next one is another change.
   */
  seen?: unknown
  /** Milliseconds, of any clock. */
  now?: () => number
}

export interface Change<Input> {
  busy: boolean
  error: ApiError | null
  run(input: Input): Promise<void>
  /** Forgets the error, e.g. when a dialog opens again. */
  clear(): void
}

/** After a day pressing the button again is no second try any more. Our backend keeps the answers of keys for longer. */
const KEY_LIFE_MS = 24 * 60 * 60 * 1000

/**
 * A change on our side that happens once, however often the button is pressed: a second press while the first is under way
 * does nothing, and after an attempt nobody knows the outcome of, the same input goes out under the same key. A refused or
 * finished attempt ends its key, so that a later attempt is a new one; so do another input, another state on screen, and a day.
 */
export function useChange<Input, T>(
  send: (input: Input, idempotencyKey: string) => Promise<T>,
  { makeKey, onDone, onDoubt, seen = null, now = Date.now }: ChangeOptions<Input, T>,
): Change<Input> {
  const [state, setState] = useState<{ busy: boolean; error: ApiError | null }>({ busy: false, error: null })
  const running = useRef(false)
  const open = useRef<OpenKey | null>(null)
  const shown = JSON.stringify(seen)
  useEffect(() => {
    if (open.current?.shown !== shown) open.current = null
  }, [shown])

  const run = async (input: Input): Promise<void> => {
    if (running.current) return
    running.current = true
    setState({ busy: true, error: null })

    open.current = keyFor(open.current, { input: JSON.stringify(input) ?? '', shown }, makeKey, now())
    try {
      const result = await send(input, open.current.key)
      open.current = null
      running.current = false
      setState({ busy: false, error: null })
      onDone(result, input)
    } catch (thrown) {
      const error = asApiError(thrown)
      if (error.happened === 'no') open.current = null
      running.current = false
      setState({ busy: false, error })
      if (error.happened === 'unknown' || error.code === 'outdated') onDoubt?.()
    }
  }

  const clear = useCallback(() => setState((before) => ({ ...before, error: null })), [])
  return { ...state, run, clear }
}

/** What is pressed, and what was on screen then. */
interface Meant {
  readonly input: string
  readonly shown: string
}

interface OpenKey extends Meant {
  readonly key: string
  readonly madeAt: number
}

/** The key of an attempt whose outcome nobody knows, for the same once more; else a new one. */
function keyFor(open: OpenKey | null, meant: Meant, makeKey: () => string, now: number): OpenKey {
  const again = open !== null && open.input === meant.input && open.shown === meant.shown
  return again && now - open.madeAt < KEY_LIFE_MS ? open : { ...meant, key: makeKey(), madeAt: now }
}
