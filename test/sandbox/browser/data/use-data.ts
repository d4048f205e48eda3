import { useCallback, useEffect, useRef, useState } from 'react'
import { call } from './call.ts'
import { useChanges } from './changes.ts'
import type { Change } from './types.ts'

export interface Loaded<T> {
  data: T | undefined
  error: Error | undefined
  /** Resolves when an answer that was asked for after this call has arrived. */
  reload(): Promise<void>
}

/**
 * Reads `path` and reads it again whenever a change of the given kinds (and portal) is announced.
 * Data stays on screen while it is read again; answers to older questions are dropped.
 */
export function useData<T>(path: string, kinds: readonly Change['kind'][] = [], portalId?: string): Loaded<T> {
  const [state, setState] = useState<{ path: string; data?: T; error?: Error }>({ path })
  const asked = useRef(0)
  const reload = useCallback(async () => {
    const turn = ++asked.current
    try {
      const data = await call<T>(path)
      if (turn === asked.current) setState({ path, data })
    } catch (error) {
      const readable = error instanceof Error ? error : new Error(String(error))
      if (turn === asked.current)
        setState((old) => (old.path === path ? { ...old, error: readable } : { path, error: readable }))
    }
  }, [path])
  useEffect(() => {
    void reload()
  }, [reload])
  useChanges((change) => {
    if (change === 'reconnected') void reload()
    else if (kinds.includes(change.kind) && isSamePortal(change, portalId)) void reload()
  })
  const current = state.path === path ? state : { data: undefined, error: undefined }
  return { data: current.data, error: current.error, reload }
}

function isSamePortal(change: Change, portalId: string | undefined) {
  return portalId === undefined || change.portalId === undefined || String(change.portalId) === portalId
}
