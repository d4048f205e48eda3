import { useState } from 'react'
import { sameValue } from './sequence-draft.ts'

/** A form over something that is saved elsewhere, too. */
export interface FormDraft<T> {
  draft: T
  /** What the draft was made on: as it is saved, as far as this page knows. */
  base: T
  changed: boolean
  /** What was typed here and saved otherwise by somebody else meanwhile. */
  clashes: readonly string[]
  change(patch: (before: T) => Partial<T>): void
  /** Begins anew with what was just saved from here. */
  take(saved: T): void
}

interface State<T> {
  /** What was handed in last. */
  handed: T
  base: T
  draft: T
  clashes: readonly string[]
}

/**
 * A draft of what is saved. When that changes under it, what was typed stays and everything else follows, so what is on screen
 * is always what would be saved.
 */
export function useDraft<T extends object>(saved: T): FormDraft<T> {
  const [state, setState] = useState<State<T>>({ handed: saved, base: saved, draft: saved, clashes: [] })
  let now = state
  if (!sameValue(saved, state.handed)) {
    now = follow(state, saved)
    setState(now)
  }
  return {
    ...now,
    changed: !sameValue(now.draft, now.base),
    change: (patch) => setState((before) => ({ ...before, draft: { ...before.draft, ...patch(before.draft) } })),
    take: (taken) => setState((before) => ({ ...before, base: taken, draft: taken, clashes: [] })),
  }
}

function follow<T extends object>({ base, draft, clashes }: State<T>, saved: T): State<T> {
  const isAt = (key: string, value: unknown, other: T) => sameValue(value, Reflect.get(other, key))
  const typed = Object.entries(draft).filter(([key, value]) => !isAt(key, value, base))
  const clashing = typed
    .filter(([key, value]) => !isAt(key, Reflect.get(base, key), saved) && !isAt(key, value, saved))
    .map(([key]) => key)
  return {
    handed: saved,
    base: saved,
    draft: { ...saved, ...Object.fromEntries(typed) },
    clashes: [...new Set([...clashes, ...clashing])],
  }
}
