import type { DomainFinding } from '#shared/contract/sender.ts'

/** Whether receivers find our DKIM key of a domain and would use it. Pure. */
export function isSigned(findings: readonly DomainFinding[]): boolean {
  const verdicts = findings.filter(({ subject }) => subject === 'dkim').map(({ verdict }) => verdict)
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'ok')
}
