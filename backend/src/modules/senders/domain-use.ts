import type { Senders } from '#shared/contract/sender.ts'
import type { DomainUse } from './ask-dns.ts'
import { domainOf } from './domain-of.ts'

/** How the account uses a domain; undefined when it does not. Pure. */
export function domainUse(portalId: number, domain: string, { senders, domains }: Senders): DomainUse | undefined {
  if (!domains.some((each) => each.domain === domain)) return undefined
  const ofDomain = senders.filter(({ address }) => domainOf(address) === domain)
  const throughOurs = ofDomain.some(({ server }) => server === null) || ofDomain.length === 0
  // One that is switched off writes nothing; switched on again it makes the report stale.
  const writing = ofDomain.some(({ active }) => active) ? ofDomain.filter(({ active }) => active) : ofDomain
  return {
    portalId,
    domain,
    throughOurs,
    readsBounces: writing.length > 0 && writing.every((each) => each.readsBounces),
  }
}
