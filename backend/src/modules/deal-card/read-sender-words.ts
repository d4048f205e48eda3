import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { readSender } from '#modules/sender/get-sender.ts'
import { chooseSender } from '#modules/senders/choose-sender.ts'
import { describeChoice } from '#modules/senders/describe-choice.ts'
import { readChoices } from '#modules/senders/read-choices.ts'
import { type EnrollmentRecord, findDeal } from './repository.ts'

type Conversation = Pick<EnrollmentRecord, 'lastSenderId' | 'hasWritten'>

/**
 * Who would write the next mail of an enrollment of the deal as far as is known now, as a sentence. An account with its own sender
 * only has nothing to explain.
 */
export async function readSenderWords(
  deps: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
  dealId: string,
): Promise<(enrollment: Conversation) => string | undefined> {
  const choices = await readChoices(deps, trx, portalId)
  if (choices.senders.length < 2) return () => undefined
  const ownerId = (await findDeal(trx, portalId, dealId))?.ownerId ?? null
  const { fromName } = await readSender(deps, trx, portalId)
  const account = choices.senders.find(({ address }) => address === null)?.id ?? null
  return ({ lastSenderId, hasWritten }) => {
    const wroteBefore = hasWritten ? (lastSenderId ?? account) : null
    return describeChoice(chooseSender(choices, { ownerId, wroteBefore }), fromName)
  }
}
