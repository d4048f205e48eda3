import type { AppSettings } from '#deps'
import { normalizeAddress } from '#mail/address.ts'
import type { OwnServer } from '#mail/own-servers.ts'
import { accountAddress } from '#modules/senders/account-address.ts'
import { domainOf } from '#modules/senders/domain-of.ts'
import { maySignDomain } from '#modules/senders/may-sign-domain.ts'
import { readsBounces } from '#modules/senders/reads-bounces.ts'
import type { SenderRecord } from '#modules/senders/sender-record.ts'
import type { PortalState } from './state-repository.ts'

/** A sender as a mail shows it. */
export type { PortalState }

export interface StepSender {
  readonly id: string
  readonly name: string
  readonly address: string
  /** Where answers go; undefined when nobody set one, and then nothing may be sent: answers would be lost. */
  readonly replyTo: string | undefined
  readonly postalAddress: string | null
  /** A template, like a body; empty for none. */
  readonly signature: string
  /** Whether its mails may carry the signature of its domain. */
  readonly maySign: boolean
  /** See `readsBounces`. */
  readonly readsBounces: boolean
  /** What its own server said when it could not be used last. */
  readonly problem: string | null
}

/** A sender that can send: with its mail server opened. */
export interface OpenSender extends StepSender {
  /** Null: the installation's mail server. */
  readonly server: OwnServer | null
}

/** What the account's own sender is called. Pure. */
export function accountName(portal: Pick<PortalState, 'fromName' | 'accountName'>): string {
  return portal.fromName || portal.accountName || 'Sales'
}

/**
 * A chosen sender with the account's data where it has none of its own. The address of the account's own sender is in the
 * operator's domain, one per portal. Pure.
 */
export function senderOf(
  settings: Pick<AppSettings, 'mailDomain'>,
  portalId: number,
  portal: PortalState,
  sender: SenderRecord,
): StepSender {
  const { id, address, signature, problem } = sender
  const { mailDomain } = settings
  const postalAddress = portal.postalAddress || portal.accountName
  const shared = { id, signature, problem, postalAddress, readsBounces: readsBounces(sender) }
  if (address === null) {
    return {
      ...shared,
      maySign: true,
      name: accountName(portal),
      address: accountAddress(portalId, mailDomain),
      replyTo: normalizeAddress(portal.replyTo || portal.connectedByEmail || ''),
    }
  }
  const maySign = maySignDomain(domainOf(address), sender.proven, mailDomain)
  return { ...shared, maySign, name: sender.fromName ?? address, address, replyTo: sender.replyTo ?? address }
}
