import type { Vault } from '#core/vault.ts'
import type { Classification } from './classification.ts'

/** A place where the mail of ours may be that an incoming mail is about. Nothing is known to be true before it was looked up. */
export type Candidate =
  | { readonly by: 'bounce address'; readonly portalId: number; readonly stepRunId: string }
  | { readonly by: 'Message-ID'; readonly portalId: number; readonly messageId: string }
  | { readonly by: 'unsubscribe address'; readonly portalId: number; readonly enrollmentId: string }

/** An answer late in a long conversation names its latest mails last; older ones lead to the same enrollment. */
const CANDIDATES = 30

/**
 * Where the mail of ours may be, best proof first: tokens that only we can make, then Message-IDs, which recipients know too.
 * Our Message-IDs begin with the portal (`<portal.digest@domain>`), so nothing is looked up across portals.
 */
export async function nameCandidates(
  vault: Pick<Vault, 'openBounce' | 'openLink'>,
  mailDomain: string,
  { kind, keys }: Pick<Classification, 'kind' | 'keys'>,
): Promise<readonly Candidate[]> {
  const found: Candidate[] = []
  if (kind === 'unsubscribe_request') {
    for (const token of keys.unsubscribeAddresses.slice(0, CANDIDATES).map(markOf)) {
      const claims = await vault.openLink(token)
      if (claims) found.push({ by: 'unsubscribe address', ...pick(claims) })
    }
  }
  // An envelope id is the same token, given to servers that report it instead of the address (RFC 3461, 4.4).
  const tokens = [...keys.bounceAddresses.map(markOf), ...keys.originalEnvelopeIds]
  for (const token of tokens.slice(0, CANDIDATES)) {
    const claims = vault.openBounce(token)
    if (claims) found.push({ by: 'bounce address', ...claims })
  }
  for (const id of messageIdsOf(kind, keys)) {
    const portalId = portalOf(id, mailDomain)
    if (portalId !== undefined) found.push({ by: 'Message-ID', portalId, messageId: id })
  }
  return found.slice(0, CANDIDATES)
}

/**
 * A report is about the returned mail alone: what that one answered may be a mail of ours that arrived, and stands in References
 * when a salesperson wrote by hand into the conversation. Where the mail is not returned it is what the report answers.
 */
function messageIdsOf(kind: Classification['kind'], keys: Classification['keys']): readonly string[] {
  const { originalMessageIds, inReplyTo, references } = keys
  if (kind !== 'bounce' && kind !== 'complaint')
    return [...originalMessageIds, ...inReplyTo, ...references.toReversed()]
  return [originalMessageIds, inReplyTo, references.slice(-1)].find((ids) => ids.length > 0) ?? []
}

function pick({ portalId, enrollmentId }: { portalId: number; enrollmentId: string }) {
  return { portalId, enrollmentId }
}

/** What stands between the "+" and the "@". */
function markOf(address: string): string {
  return address.slice(address.indexOf('+') + 1, address.lastIndexOf('@'))
}

function portalOf(messageId: string, mailDomain: string): number | undefined {
  if (!messageId.toLowerCase().endsWith(`@${mailDomain}>`)) return undefined
  const digits = /^<([1-9][0-9]{0,15})\./.exec(messageId)?.[1]
  const portalId = Number(digits)
  return digits && Number.isSafeInteger(portalId) ? portalId : undefined
}
