import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { describeUnsendable } from './describe-unsendable.ts'
import { readDefaultDomain } from './read-default-domain.ts'

/** Throws `conflict` when mails of the default sender would be taken for forged: says what the DNS lacks. Asks nobody. */
export async function requireSendableDomain(
  deps: Pick<Deps, 'clock' | 'settings'>,
  trx: Trx,
  portalId: number,
): Promise<void> {
  const known = await readDefaultDomain(deps, trx, portalId)
  if (!known || known.state === 'ok') return
  throw new AppError('conflict', describeUnsendable(known.domain, known.faults))
}
