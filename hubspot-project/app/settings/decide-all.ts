import type { DecideAllLateMails, LateMailsDecided } from '@stagecue/shared/contract/limits.ts'
import type { SettingsApi } from './settings-tools.ts'

/**
 * Decides all that were counted. One call does some hundred, so it is called until none of them is left or it gets no further.
 * Each call has a key of its own, made from the first one's: what is tried again after a broken connection happens once.
 */
export async function decideAll(
  api: Pick<SettingsApi, 'decideAllLateMails'>,
  input: DecideAllLateMails,
): Promise<LateMailsDecided> {
  let decided = 0
  const refused: LateMailsDecided['refused'] = []
  for (let call = 1; ; call += 1) {
    const idempotencyKey = call === 1 ? input.idempotencyKey : `${input.idempotencyKey}-${call}`
    const answer = await api.decideAllLateMails({ ...input, idempotencyKey })
    decided += answer.decided
    refused.push(...answer.refused)
    const further = answer.decided + answer.refused.length
    if (answer.left === 0 || further === 0) return { decided, left: answer.left, refused }
  }
}
