import type { Trx } from '#db/database.ts'
import type { Senders } from '#shared/contract/sender.ts'
import { domainOf } from './domain-of.ts'
import { domainUse } from './domain-use.ts'
import { forgetReport } from './domains-repository.ts'

/**
 * What the DNS says is judged by how mails of the domain leave. When a sender's change makes that another way, what was found before
 * is no answer any more: it is asked again before a sequence is published. True when something was forgotten.
 */
export async function forgetStaleReport(
  trx: Trx,
  portalId: number,
  address: string,
  { before, after }: { readonly before: Senders; readonly after: Senders },
): Promise<boolean> {
  const domain = domainOf(address)
  const [was, is] = [before, after].map((senders) => JSON.stringify(domainUse(portalId, domain, senders)))
  if (was === is) return false
  await forgetReport(trx, portalId, domain)
  return true
}
