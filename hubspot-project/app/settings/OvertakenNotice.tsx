import { Alert, Text } from '@hubspot/ui-extensions'
import { sameValue } from './sequence-draft.ts'
import type { FormDraft } from './use-draft.ts'

export interface OvertakenNoticeProps<T> {
  form: FormDraft<T>
  /** What to say of each field as it is saved now. */
  words: { [Key in keyof T]?: (saved: T[Key]) => string }
}

/** Somebody else saved what is being typed here, in other words: what saving would replace. */
export function OvertakenNotice<T extends object>({ form, words }: OvertakenNoticeProps<T>) {
  const { draft, base, clashes } = form
  const theirs = clashes.flatMap((key) => {
    const saved: unknown = Reflect.get(base, key)
    const word: unknown = Reflect.get(words, key)
    return typeof word !== 'function' || sameValue(Reflect.get(draft, key), saved) ? [] : [String(word(saved))]
  })
  if (theirs.length === 0) return null
  return (
    <Alert title="Somebody else changed the same" variant="warning">
      <Text>What you entered is kept. Saving replaces what is saved now:</Text>
      {theirs.map((line) => (
        <Text key={line}>{line}</Text>
      ))}
    </Alert>
  )
}
