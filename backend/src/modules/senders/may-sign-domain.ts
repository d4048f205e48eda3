import { isReservedDomain } from './is-reserved-domain.ts'

/**
 * Whether a mail of the portal may carry the signature of the domain: DKIM_KEYS holds the keys of all customers' domains, and a
 * sender with a server of its own may write any address into its mails. Pure.
 */
export function maySignDomain(domain: string, proven: boolean, mailDomain: string): boolean {
  return domain === mailDomain || proven || isReservedDomain(domain, mailDomain)
}
