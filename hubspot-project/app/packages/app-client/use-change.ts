import { useCallback, useRef, useState } from 'react'
import type { ApiError } from './api-error.ts'
import { asApiError } from './use-load.ts'

export interface ChangeOptions<Input, T> {
  makeKey: () => string
  /** Called with the answer of a change that worked. */
  onDone: (result: T, input: Input) => void
  /** Called when it was made on what somebody else has changed by now: time to show the new values. */
  onOutdated?: () => void
}

export interface Change<Input> {
  busy: boolean
  error: ApiError | null
  run(input: Input): Promise<void>
  /** Forgets the error, e.g. when a dialog opens again. */
  clear(): void
}

/**
 * A change on our side that happens once, however often the button is pressed: a second press while the first is under way
 * does nothing, and after an attempt nobody knows the outcome of, the same input goes out under the same key. A refused or
 * finished attempt ends its key, so that a later attempt is a new one.
 */
export function useChange<Input, T>(
  send: (input: Input, idempotencyKey: string) => Promise<T>,
  { makeKey, onDone, onOutdated }: ChangeOptions<Input, T>,
): Change<Input> {
  const [state, setState] = useState<{ busy: boolean; error: ApiError | null }>({ busy: false, error: null })
  const running = useRef(false)
  const open = useRef<{ key: string; input: string } | null>(null)

  const run = async (input: Input): Promise<void> => {
    if (running.current) return
    running.current = true
    setState({ busy: true, error: null })

    const text = JSON.stringify(input) ?? ''
    if (open.current === null || open.current.input !== text) open.current = { key: makeKey(), input: text }
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
      if (error.code === 'outdated') onOutdated?.()
    }
  }

  const clear = useCallback(() => setState((before) => ({ ...before, error: null })), [])
  return { ...state, run, clear }
}
