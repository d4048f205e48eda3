import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { domainOf } from './domain-of.ts'
import { readSenders } from './list-senders.ts'

/** Throws `conflict` when mails of the default sender would be taken for forged: says what the DNS lacks. Asks nobody. */
export async function requireSendableDomain(
  deps: Pick<Deps, 'clock' | 'settings'>,
  trx: Trx,
  portalId: number,
): Promise<void> {
  const { senders, domains } = await readSenders(deps, trx, portalId)
  const standard = senders.find(({ isDefault }) => isDefault)
  const domain = standard && domainOf(standard.address)
  const known = domains.find((each) => each.domain === domain)
  if (!known || known.passed) return
  const faults = known.findings.filter(({ verdict }) => verdict === 'fault' || verdict === 'unknown')
  const why = faults.map(({ sentence }) => sentence).join(' ') || 'It was not checked yet.'
  throw new AppError(
    'conflict',
    `Mails from ${known.domain} would be refused or taken for spam, so nothing was started. ${why} Then check the domain again in the settings, under Mail.`,
  )
}
