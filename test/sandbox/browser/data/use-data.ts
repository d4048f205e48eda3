import { useCallback, useEffect, useRef, useState } from 'react'
import { call } from './call.ts'
import { useChanges } from './changes.ts'
import type { Change } from './types.ts'

export interface Loaded<T> {
  data: T | undefined
  error: Error | undefined
  /** Resolves when an answer that was asked for by this call or a later one is on the page. */
  reload(): Promise<void>
}

/**
 * Reads `path` and reads it again whenever a change of the given kinds (and portal) is announced.
 * Data stays on screen while it is read again; answers to older questions are dropped.
 */
export function useData<T>(path: string, kinds: readonly Change['kind'][] = [], portalId?: string): Loaded<T> {
  const [state, setState] = useState<{ path: string; data?: T; error?: Error | undefined }>({ path })
  const asked = useRef(0)
  const newest = useRef<Promise<void>>(Promise.resolve())
  const reload = useCallback(() => {
    const turn = ++asked.current
    const read = async () => {
      const answer = await ask<T>(path)
      if (turn !== asked.current) return newest.current
      setState((old) => (old.path === path ? { ...old, error: undefined, ...answer } : { path, ...answer }))
    }
    newest.current = read()
    return newest.current
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

async function ask<T>(path: string): Promise<{ data: T } | { error: Error }> {
  try {
    return { data: await call<T>(path) }
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }
}

function isSamePortal(change: Change, portalId: string | undefined) {
  return portalId === undefined || change.portalId === undefined || String(change.portalId) === portalId
}
