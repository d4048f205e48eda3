/**
 * The account's own address: one per portal in the operator's domain, so that a complaint about one customer's mails is told
 * apart from the others' and no customer can send in another's name. Pure.
 */
export function accountAddress(portalId: number, mailDomain: string): string {
  return `sales-${portalId}@${mailDomain}`
}
