import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { getMailFacts } from '#modules/steps/get-mail-facts.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { checkSequence } from './check-sequence.ts'
import { senderFactsOf } from './sender-facts-of.ts'

/**
 * Refuses to publish what would make a wrong mail, with the first such finding; `requireSendableDomain` does for the domain. Throws `invalid_input` with its field, and
 * `not_found` for a portal that never connected.
 */
export async function refuseWrongMails(
  deps: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
  definition: SequenceDefinition,
): Promise<void> {
  const facts = await getMailFacts(deps, trx, portalId)
  const sender = senderFactsOf(deps.settings, portalId, facts)
  const [worst] = checkSequence({ definition, sender, domain: undefined, values: undefined })
  if (worst?.severity !== 'error') return
  throw new AppError('invalid_input', worst.sentence, worst.field === null ? {} : { field: worst.field })
}
