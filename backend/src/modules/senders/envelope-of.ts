import type { Vault } from '#core/vault.ts'

/**
 * The envelope sender of a mail, where its bounces come back to. A sender whose mailbox is read writes with its own address: a mail
 * server of its own lets no other one through or replaces it, and SPF speaks for the domain of its address. Its bounces are found by the
 * returned Message-ID. Everybody else writes with a token that only we can make, naming portal and step run (VERP), 60 characters
 * before the @. Pure.
 */
export function envelopeOf(
  { vault, mailDomain }: { readonly vault: Pick<Vault, 'signBounce'>; readonly mailDomain: string },
  sender: { readonly address: string; readonly readsBounces: boolean },
  run: { readonly portalId: number; readonly stepRunId: string },
): string {
  return sender.readsBounces ? sender.address : `bounces+${vault.signBounce(run)}@${mailDomain}`
}
