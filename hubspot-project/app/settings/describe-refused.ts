import type { LateMailsDecided } from '@stagecue/shared/contract/limits.ts'

/** Two by name: an alert has room for no more, and each stands on its card. Begins with a space. */
export function describeRefused(refused: LateMailsDecided['refused']): string {
  if (refused.length === 0) return ''
  const named = refused.slice(0, 2).map(({ contactName, why }) => `${contactName}: ${why}`)
  const more = refused.length > named.length ? ` And ${refused.length - named.length} more.` : ''
  const what =
    refused.length === 1 ? '1 could not be decided and waits' : `${refused.length} could not be decided and wait`
  return ` ${what} on the deal’s card. ${named.join(' ')}${more}`
}
