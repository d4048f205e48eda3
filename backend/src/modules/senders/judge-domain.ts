import type { DomainFinding } from '#shared/contract/sender.ts'
import { isSigned } from './is-signed.ts'

export interface DomainQuestion {
  /** Bounces come back to the domain, so SPF speaks for its mails. */
  readonly aligned: boolean
  /** Our signature is put on its mails once its key is published. */
  readonly signs: boolean
  /** DMARC asks nobody to refuse what nothing speaks for, and its mails leave by its own mail server. */
  readonly tolerated: boolean
  /** The domain must name the account before it may be written from. */
  readonly needsProof: boolean
  readonly proven: boolean
}

/**
 * Whether mails from a domain may go out: receivers must be able to tell them from forged ones, by DKIM with our key or by SPF
 * where it speaks for them (DMARC takes either, RFC 7489, 3.1). Where only its own mail server could sign, which nobody can see in
 * the DNS, its policy decides. A missing DMARC or MX record is told and holds nothing back. Pure.
 */
export function judgeDomain(
  findings: readonly DomainFinding[],
  { aligned, signs, tolerated, needsProof, proven }: DomainQuestion,
): boolean {
  const spf = findings.filter(({ subject }) => subject === 'spf').map(({ verdict }) => verdict)
  const allowed = spf.length > 0 && spf.every((verdict) => verdict === 'ok' || verdict === 'advice')
  return ((signs && isSigned(findings)) || (aligned && allowed) || tolerated) && (!needsProof || proven)
}
