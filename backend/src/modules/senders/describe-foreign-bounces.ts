import type { DmarcPolicy } from '#mail/sending-domain/check-dmarc.ts'
import type { DomainFinding } from '#shared/contract/sender.ts'

export interface ForeignBounces {
  readonly domain: string
  /** Where its bounces come back to. */
  readonly mailDomain: string
  /** Our signature speaks for its mails. */
  readonly signed: boolean
  /** See `DmarcAnswer`. */
  readonly policy: DmarcPolicy | 'unknown' | undefined
}

/**
 * What stands in place of a domain's SPF when its mails leave by its own mail server and bounces still come back to us: receivers
 * look at the domain of the bounces (RFC 7208, 2.4), so its own record speaks for none of its mails. Pure.
 */
export function describeForeignBounces({ domain, mailDomain, signed, policy }: ForeignBounces): DomainFinding {
  const what = `Bounces of mails from ${domain} come back to ${mailDomain}, so the SPF of ${domain} does not speak for them.`
  const todo = `Enter the mailbox (IMAP) of each sender of ${domain} that has a mail server of its own: then they come back to its address.`
  const spf = (verdict: DomainFinding['verdict'], rest: string): DomainFinding => ({
    subject: 'spf',
    verdict,
    sentence: `${what} ${rest}`,
  })
  if (signed) return spf('ok', 'Our DKIM signature does.')
  switch (policy) {
    case 'unknown':
      return spf('unknown', 'Whether DMARC lets them through could not be asked. Check again later.')
    case 'reject':
      return spf('fault', `Its DMARC policy has them refused unless DKIM does. ${todo}`)
    case 'quarantine':
      return spf('fault', `Its DMARC policy has them taken for spam unless DKIM does. ${todo}`)
    default:
      return spf('advice', `No DMARC policy has them refused, but receivers trust them less. ${todo}`)
  }
}
