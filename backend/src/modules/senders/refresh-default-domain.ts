import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { askDns } from './ask-dns.ts'
import { domainOf } from './domain-of.ts'
import { domainUse } from './domain-use.ts'
import { readSenders } from './list-senders.ts'
import { storeReport } from './store-report.ts'

/** How long a check that passed counts. */
const FRESH = Temporal.Duration.from({ hours: 24 })

/**
 * Asks the DNS about the default sender's domain unless it passed within a day, so that a person who publishes need not have
 * pressed "check" before. Call it outside of a transaction and before `requireSendableDomain`.
 */
export async function refreshDefaultDomain(
  deps: Pick<Deps, 'db' | 'clock' | 'settings' | 'dns'>,
  { portalId }: PortalContext,
): Promise<void> {
  const use = await inPortal(deps.db, portalId, async (trx) => {
    const senders = await readSenders(deps, trx, portalId)
    const standard = senders.senders.find(({ isDefault }) => isDefault)
    const domain = standard && domainOf(standard.address)
    const known = senders.domains.find((each) => each.domain === domain)
    if (domain === undefined || (known?.passed && isFresh(known.checkedAt, deps.clock()))) return undefined
    return domainUse(portalId, domain, senders)
  })
  if (!use) return
  const asked = await askDns(deps, use)
  await inPortal(deps.db, portalId, (trx) => storeReport(trx, portalId, asked))
}

function isFresh(checkedAt: string | null, now: Temporal.Instant): boolean {
  return checkedAt !== null && Temporal.Instant.compare(Temporal.Instant.from(checkedAt).add(FRESH), now) > 0
}
