import type { AppSettings } from '#deps'
import { normalizeAddress } from '#mail/address.ts'
import type { PortalState } from './state-repository.ts'

export type { PortalState }

export interface StepSender {
  readonly name: string
  /** In the operator's domain, one per portal, so that complaints about one customer are told apart from another's. */
  readonly address: string
  /** Where answers go; undefined when nobody set one, and then nothing may be sent: answers would be lost. */
  readonly replyTo: string | undefined
  readonly postalAddress: string | null
}

/** Who a portal's mails come from, with the installation's own data where nobody saved anything else. Pure. */
export function senderOf(settings: Pick<AppSettings, 'mailDomain'>, portalId: number, portal: PortalState): StepSender {
  return {
    name: portal.fromName || portal.accountName || 'Sales',
    address: `sales-${portalId}@${settings.mailDomain}`,
    replyTo: normalizeAddress(portal.replyTo || portal.connectedByEmail || ''),
    postalAddress: portal.postalAddress || portal.accountName,
  }
}
