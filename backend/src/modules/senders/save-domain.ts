import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { takeRevision } from '#modules/revisions/take-revision.ts'
import type { SaveDomain, Senders } from '#shared/contract/sender.ts'
import { domainUse } from './domain-use.ts'
import { upsertDomainCap } from './domains-repository.ts'
import { readSenders } from './list-senders.ts'

/**
 * How many mails a day all senders of a domain send together; 0 for no cap. Throws `not_found` for a domain none uses, and
 * `outdated` when somebody changed the cap since.
 */
export function saveDomain(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings'>,
  portal: PortalContext,
  { domain, dailyCap, revision, idempotencyKey }: SaveDomain,
): Promise<Senders> {
  const { portalId } = portal
  const change = { key: idempotencyKey, operation: 'domain.cap', input: { domain, dailyCap, revision } }
  return once(deps, portal, change, async (trx) => {
    if (!domainUse(portalId, domain, await readSenders(deps, trx, portalId))) {
      throw new AppError('not_found', `No sender of this account writes from ${domain}. Reload the page.`)
    }
    await takeRevision(deps, trx, portalId, { kind: 'domain_cap', subject: domain }, { revision })
    await upsertDomainCap(trx, portalId, domain, dailyCap === 0 ? null : dailyCap)
    await recordActivity(deps, trx, portal, { kind: 'domain.capped', data: { domain, dailyCap } })
    return readSenders(deps, trx, portalId)
  })
}
