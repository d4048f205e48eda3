import { describeUnsendable } from '#modules/senders/describe-unsendable.ts'
import type { PreflightFinding } from '#shared/contract/preflight.ts'

/** What mails say about who sends them. */
export interface SenderFacts {
  /** Empty: nobody would get the answers. */
  readonly replyTo: string
  /** As it was saved; empty when nobody saved one. */
  readonly postalAddress: string
}

/** What the DNS says about the domain that mails come from. */
export interface DomainFacts {
  readonly domain: string
  readonly state: 'ok' | 'fault' | 'unknown'
  /** What is wrong, as sentences. */
  readonly faults: readonly string[]
}

/** What is wrong with who sends. Pure. `domain`: undefined when nobody looked. */
export function checkSender(sender: SenderFacts, domain: DomainFacts | undefined): PreflightFinding[] {
  const findings: PreflightFinding[] = []
  const add = (severity: PreflightFinding['severity'], field: string | null, sentence: string) =>
    findings.push({ step: null, severity, sentence, field })
  if (!sender.replyTo) {
    add('error', 'sender.replyTo', 'Nobody would get the answers. Set a reply address in the Mail tab.')
  }
  if (!sender.postalAddress.trim()) {
    add(
      'warning',
      'sender.postalAddress',
      'No postal address is set, and many countries require one in such mails. Set it in the Mail tab.',
    )
  }
  if (domain?.state === 'fault') {
    add('error', null, describeUnsendable(domain.domain, domain.faults))
  }
  if (domain?.state === 'unknown') {
    add('warning', null, `The DNS of ${domain.domain} could not be checked. Look again later.`)
  }
  return findings
}
