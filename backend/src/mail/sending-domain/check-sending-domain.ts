import type { Dns } from '#core/dns.ts'
import type { DkimKey } from '#mail/read-dkim-key.ts'
import { checkDkim } from './check-dkim.ts'
import { checkDmarc, type DmarcAnswer } from './check-dmarc.ts'
import { checkMx } from './check-mx.ts'
import { checkSpf } from './check-spf.ts'
import type { Finding } from './finding.ts'

export interface DomainReport {
  readonly domain: string
  readonly checkedAt: Temporal.Instant
  /** `fault` when anything is; else `unknown` when anything could not be asked; `ok` may still have advice. */
  readonly state: 'ok' | 'fault' | 'unknown'
  /** Of SPF, DKIM, DMARC and MX, in this order; at least one each. */
  readonly findings: readonly Finding[]
  /** What DMARC asks of receivers. */
  readonly policy: DmarcAnswer['policy']
}

/**
 * What the DNS says about a domain that mails come from: what Gmail, Yahoo and Outlook require of bulk senders, and that the
 * domain receives. Asks at most some thirty names; changes nothing. Never throws for what the DNS says or does not say.
 */
export async function checkSendingDomain(
  deps: { readonly dns: Dns; readonly clock: () => Temporal.Instant; readonly dkimKeys: readonly DkimKey[] },
  domain: string,
): Promise<DomainReport> {
  const { dns, dkimKeys } = deps
  const checkedAt = deps.clock()
  const key = dkimKeys.find((each) => each.domain === domain)
  const [spf, dkim, dmarc, mx] = await Promise.all([
    checkSpf(dns, domain),
    checkDkim(dns, domain, key),
    checkDmarc(dns, domain),
    checkMx(dns, domain),
  ])
  const findings = [...spf, ...dkim, ...dmarc.findings, ...mx]
  return { domain, checkedAt, findings, policy: dmarc.policy, state: stateOf(findings) }
}

function stateOf(findings: readonly Finding[]): DomainReport['state'] {
  const verdicts = findings.map(({ verdict }) => verdict)
  if (verdicts.includes('fault')) return 'fault'
  return verdicts.includes('unknown') ? 'unknown' : 'ok'
}
