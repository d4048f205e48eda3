import { useEffect, useRef, useState } from 'react'
import { useHost } from './host-context.ts'

/*
 * A field's value lives in the extension, one message away. A draft shows at once what a person did and steps back
 * when the extension has rendered its answer, so a field the extension keeps at its value falls back to it.
 */

/** For fields with one gesture per value: checkbox, toggle, select, date. */
export function useChoice<T>(controlled: T | undefined, initial: T) {
  const { send } = useHost()
  const [local, setLocal] = useState(initial)
  const [draft, setDraft] = useState<{ value: T }>()
  const value = draft ? draft.value : (controlled ?? local)
  const choose = (next: T, handler: unknown, ...args: unknown[]) => {
    const mine = { value: next }
    setLocal(next)
    setDraft(mine)
    void send(handler, ...args).then(() => setDraft((current) => (current === mine ? undefined : current)))
  }
  return [value, choose] as const
}

interface TextHandlers {
  onInput?: unknown
  onChange?: unknown
  onBlur?: unknown
  onFocus?: unknown
}

/**
 * For fields people type in: `onInput` at every edit, `onChange` when the value is committed, which is on leaving the
 * field and on Enter (HubSpot SDK types, BaseInputProps). Echoes of what was typed a moment ago are not shown again.
 */
export function useTextDraft<T>(
  value: string | undefined,
  defaultValue: string,
  handlers: TextHandlers,
  parse: (text: string) => T,
) {
  const { send } = useHost()
  const [local, setLocal] = useState(defaultValue)
  const [draft, setDraft] = useState<string>()
  const typed = useRef(new Set<string>())
  const text = draft ?? value ?? local

  useEffect(() => {
    if (value !== undefined && !typed.current.has(value)) setDraft(undefined)
  }, [value])

  const edit = (next: string) => {
    typed.current.add(next)
    setDraft(next)
    void send(handlers.onInput, parse(next))
  }
  const commit = (next: string) => {
    typed.current.clear()
    setLocal(next)
    setDraft(next)
    void send(handlers.onChange, parse(next)).then(() => setDraft((now) => (now === next ? undefined : now)))
  }
  const leave = () => {
    if (draft !== undefined) commit(draft)
    void send(handlers.onBlur, parse(text))
  }
  const bind = {
    value: text,
    onFocus: () => void send(handlers.onFocus, parse(text)),
    onBlur: leave,
    onChange: (event: { target: { value: string } }) => edit(event.target.value),
  }
  return { text, bind, commit, hasDraft: draft !== undefined }
}
