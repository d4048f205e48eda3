import { domainOf } from './domain-of.ts'
import { isReservedDomain } from './is-reserved-domain.ts'
import type { SenderRecord } from './sender-record.ts'

type Mailbox = Pick<SenderRecord, 'address' | 'smtpHost' | 'proven'>

/**
 * Whether the portal may write from the address at all. Who logs in to a mail server of their own is let in by that server.
 * Through the installation's server anybody could write in anybody's name: there the domain is the operator's, or its DNS names
 * the portal. Pure.
 */
export function mayUseAddress({ address, smtpHost, proven }: Mailbox, mailDomain: string): boolean {
  if (address === null || smtpHost !== null || proven) return true
  const domain = domainOf(address)
  return domain === mailDomain || isReservedDomain(domain, mailDomain)
}
