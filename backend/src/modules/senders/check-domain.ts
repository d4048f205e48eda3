import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import type { CheckDomain, Senders } from '#shared/contract/sender.ts'
import { askDns } from './ask-dns.ts'
import { domainUse } from './domain-use.ts'
import { readSenders } from './list-senders.ts'
import { storeReport } from './store-report.ts'

/**
 * Asks the DNS about a domain that a sender of the account uses, and keeps the answer. Throws `not_found` for another domain: we
 * look up nothing for strangers.
 */
export async function checkDomain(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings' | 'dns'>,
  portal: PortalContext,
  { domain, idempotencyKey }: CheckDomain,
): Promise<Senders> {
  const { portalId } = portal
  const use = await inPortal(deps.db, portalId, async (trx) =>
    domainUse(portalId, domain, await readSenders(deps, trx, portalId)),
  )
  if (!use) throw new AppError('not_found', `No sender of this account writes from ${domain}. Reload the page.`)
  const asked = await askDns(deps, use)
  const change = { key: idempotencyKey, operation: 'domain.check', input: { domain } }
  return once(deps, portal, change, async (trx) => {
    await storeReport(trx, portalId, asked)
    await recordActivity(deps, trx, portal, { kind: 'domain.checked', data: { domain, passed: asked.passed } })
    return readSenders(deps, trx, portalId)
  })
}
