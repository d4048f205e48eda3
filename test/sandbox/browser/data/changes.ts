import { useEffect, useRef } from 'react'
import type { Change } from './types.ts'

type Listener = (change: Change | 'reconnected') => void

const listeners = new Set<Listener>()
let isConnected = false

/** Calls `listener` for every change the sandbox announces, and once after a lost connection is back. */
export function useChanges(listener: Listener): void {
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => {
    const forward: Listener = (change) => latest.current(change)
    listeners.add(forward)
    connect()
    return () => {
      listeners.delete(forward)
    }
  }, [])
}

/** One stream for the whole page, opened by the first listener. */
function connect() {
  if (isConnected) return
  isConnected = true
  const events = new EventSource('/sandbox/changes')
  let lost = false
  events.addEventListener('error', () => {
    lost = true
  })
  events.addEventListener('open', () => {
    if (lost) for (const listener of listeners) listener('reconnected')
    lost = false
  })
  events.addEventListener('message', (event: MessageEvent<string>) => {
    const change = JSON.parse(event.data) as Change
    for (const listener of listeners) listener(change)
  })
}
