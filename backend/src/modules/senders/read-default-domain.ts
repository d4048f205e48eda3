import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { DECIDING } from './ask-dns.ts'
import { domainOf } from './domain-of.ts'
import { readSenders } from './list-senders.ts'

export interface DefaultDomain {
  readonly domain: string
  readonly state: 'ok' | 'fault' | 'unknown'
  /** What to do, as sentences. */
  readonly faults: readonly string[]
}

/** What was stored of the domain of the default sender. Asks nobody. Throws `not_found` before connecting. */
export async function readDefaultDomain(
  deps: Pick<Deps, 'clock' | 'settings'>,
  trx: Trx,
  portalId: number,
): Promise<DefaultDomain | undefined> {
  const { senders, domains } = await readSenders(deps, trx, portalId)
  const standard = senders.find(({ isDefault }) => isDefault)
  const domain = standard && domainOf(standard.address)
  const known = domains.find((each) => each.domain === domain)
  if (!known) return undefined
  if (known.passed) return { domain: known.domain, state: 'ok', faults: [] }
  const faults = known.findings.filter(({ verdict }) => verdict === 'fault' || verdict === 'unknown')
  const sentences = faults.filter(({ subject }) => DECIDING.includes(subject)).map(({ sentence }) => sentence)
  return known.checkedAt === null
    ? { domain: known.domain, state: 'unknown', faults: ['It was not checked yet.'] }
    : { domain: known.domain, state: 'fault', faults: sentences }
}
