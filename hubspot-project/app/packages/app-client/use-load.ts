import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError } from './api-error.ts'
import { UNREADABLE } from './sentences.ts'

/**
 * What a view knows about something it asked for. Once ready it stays ready: while asking again, and when that fails, the
 * last value stays on screen (`stale` then says why it could not be renewed).
 */
export type Loaded<T> =
  | { kind: 'loading' }
  | { kind: 'failed'; error: ApiError; reloading: boolean }
  | { kind: 'ready'; value: T; reloading: boolean; stale: ApiError | null }

/** None ever rejects: what went wrong is in the state. */
export interface Reload<T> {
  /** Asks anew; an answer to an earlier question is then dropped. */
  reload(): Promise<void>
  /** Asks only when no question is under way: for polling, so requests never overlap. */
  refresh(): Promise<void>
  /** Shows what a change from here made of it, until the answer to the next `reload` is there. */
  take(change: (before: T) => T): void
}

/** Asks `load` at once and again whenever it changes (wrap it in `useCallback`). */
export function useLoad<T>(load: () => Promise<T>): [Loaded<T>, Reload<T>] {
  const [state, setState] = useState<Loaded<T>>({ kind: 'loading' })
  const latest = useRef(0)
  const running = useRef<Promise<void> | null>(null)

  const reload = useCallback((): Promise<void> => {
    const question = ++latest.current
    setState(asking)
    const answer = load()
      .then(
        (value): Answer<T> => ({ value }),
        (error: unknown): Answer<T> => ({ error: asApiError(error) }),
      )
      .then((answered) => {
        // Overtaken: a later question is under way, and its answer is the one that counts.
        if (question !== latest.current) return
        running.current = null
        setState((before) => settle(before, answered))
      })
    running.current = answer
    return answer
  }, [load])

  const refresh = useCallback(() => running.current ?? reload(), [reload])

  const take = useCallback((change: (before: T) => T): void => {
    setState((before) => (before.kind === 'ready' ? { ...before, value: change(before.value) } : before))
  }, [])

  useEffect(() => {
    setState({ kind: 'loading' })
    void reload()
    return () => {
      latest.current++
      running.current = null
    }
  }, [reload])

  return [state, { reload, refresh, take }]
}

type Answer<T> = { value: T } | { error: ApiError }

function asking<T>(before: Loaded<T>): Loaded<T> {
  return before.kind === 'loading' ? before : { ...before, reloading: true }
}

function settle<T>(before: Loaded<T>, answer: Answer<T>): Loaded<T> {
  if ('value' in answer) return { kind: 'ready', value: answer.value, reloading: false, stale: null }
  if (before.kind === 'ready') return { ...before, reloading: false, stale: answer.error }
  return { kind: 'failed', error: answer.error, reloading: false }
}

/** A thrown value that is none of ours is a bug of this page; people still get a sentence. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return new ApiError({ code: 'unreadable', message: UNREADABLE, happened: 'unknown' })
}
