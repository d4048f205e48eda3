import type { ChangeSource } from './enrollment-facts.ts'

/** Who moved the deal; null when neither is known, e.g. for an entry from before this was kept. */
export function sourceOf({ changeSource, sourceId }: ChangeSource): ChangeSource | null {
  return changeSource === null && sourceId === null ? null : { changeSource, sourceId }
}
