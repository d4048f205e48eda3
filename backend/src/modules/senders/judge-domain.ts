import type { DomainFinding } from '#shared/contract/sender.ts'

export interface DomainQuestion {
  /** Our bounce addresses are in the domain, or its mails leave by its own mail server: SPF speaks for them then. */
  readonly aligned: boolean
  /** The domain must name the account before it may be written from. */
  readonly needsProof: boolean
  readonly proven: boolean
}

/**
 * Whether mails from a domain may go out: receivers must be able to tell them from forged ones, by DKIM with our key or by SPF
 * where it speaks for them (DMARC takes either, RFC 7489, 3.1). A missing DMARC or MX record is told and holds nothing back. Pure.
 */
export function judgeDomain(
  findings: readonly DomainFinding[],
  { aligned, needsProof, proven }: DomainQuestion,
): boolean {
  const verdicts = (subject: DomainFinding['subject']) =>
    findings.filter((finding) => finding.subject === subject).map(({ verdict }) => verdict)
  const signed = verdicts('dkim').length > 0 && verdicts('dkim').every((verdict) => verdict === 'ok')
  const allowed =
    verdicts('spf').length > 0 && verdicts('spf').every((verdict) => verdict === 'ok' || verdict === 'advice')
  return (signed || (aligned && allowed)) && (!needsProof || proven)
}
