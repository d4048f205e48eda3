import type { Deps } from '#deps'
import { checkSendingDomain } from '#mail/sending-domain/check-sending-domain.ts'
import type { DomainFinding } from '#shared/contract/sender.ts'
import { describeForeignBounces } from './describe-foreign-bounces.ts'
import type { CheckedDomain } from './domains-repository.ts'
import { isReservedDomain } from './is-reserved-domain.ts'
import { isSigned } from './is-signed.ts'
import { judgeDomain } from './judge-domain.ts'

export interface AskedDomain extends CheckedDomain {
  /** Something that decides could not be asked: whether the domain passed before still counts. */
  readonly uncertain: boolean
  /** The same for whether it names the account. */
  readonly proofUncertain: boolean
}

export interface DomainUse {
  readonly portalId: number
  readonly domain: string
  /** Mails of the domain leave by the installation's mail server. */
  readonly throughOurs: boolean
  /** All of its senders write with their own address as the envelope sender: see `readsBounces`. */
  readonly readsBounces: boolean
}

/** What may keep a domain from passing. MX decides nothing, and DMARC only by what it makes of SPF. */
export const DECIDING: readonly DomainFinding['subject'][] = ['spf', 'dkim', 'account']

/** Asks the DNS what a sending domain has published, some thirty questions at most. Never throws; stores nothing. */
export async function askDns(deps: Pick<Deps, 'dns' | 'clock' | 'settings'>, use: DomainUse): Promise<AskedDomain> {
  const { portalId, domain, throughOurs } = use
  const { mailDomain, dkimKeys } = deps.settings
  if (isReservedDomain(domain, mailDomain)) {
    const sentence = `${domain} is a name for trying out (RFC 2606), so nothing is checked. Nobody outside of a test receives mails from it.`
    const report: DomainFinding[] = [{ subject: 'account', verdict: 'advice', sentence }]
    const sure = { uncertain: false, proofUncertain: false }
    return { domain, report, checkedAt: deps.clock(), passed: true, proven: false, ...sure }
  }
  const { dns, clock } = deps
  const { findings, policy, checkedAt } = await checkSendingDomain({ dns, clock, dkimKeys }, domain)
  const needsProof = domain !== mailDomain && throughOurs
  const proof = domain === mailDomain ? undefined : await askForProof(deps, portalId, domain, needsProof)
  // Where only our signature can speak for its mails, a missing key is no mere advice.
  const unsigned = needsProof && !dkimKeys.some((key) => key.domain === domain)
  const proven = proof?.verdict === 'ok'
  const signs = domain === mailDomain || proven
  const foreign = domain !== mailDomain && !throughOurs && !use.readsBounces
  const spf = foreign && describeForeignBounces({ domain, mailDomain, policy, signed: signs && isSigned(findings) })
  const judged = findings
    .filter(({ subject }) => !(spf && subject === 'spf'))
    .map((finding) => (unsigned && finding.subject === 'dkim' ? unsignedDomain(domain) : finding))
  const report = [...(spf ? [spf] : []), ...judged, ...(proof ? [proof] : [])]
  const aligned = domain === mailDomain || (!throughOurs && use.readsBounces)
  const tolerated = foreign && (policy === undefined || policy === 'none')
  const passed = judgeDomain(report, { aligned, signs, tolerated, needsProof, proven })
  const proofUncertain = proof?.verdict === 'unknown'
  // Without the proof nothing else matters.
  const disproven = needsProof && !proven && !proofUncertain
  const uncertain =
    !disproven && report.some(({ subject, verdict }) => verdict === 'unknown' && DECIDING.includes(subject))
  return { domain, report, checkedAt, passed, proven, uncertain, proofUncertain }
}

function unsignedDomain(domain: string): DomainFinding {
  const why = `Stagecue has no DKIM key for ${domain}, and SPF does not speak for mails that leave by its mail server.`
  const todo = `Ask whoever runs Stagecue for a key, or enter a mail server of your own for each sender of ${domain}.`
  return { subject: 'dkim', verdict: 'fault', sentence: `${why} ${todo}` }
}

/** Whoever runs a domain's DNS says which account may write in its name. The number is no secret: only they can publish it. */
async function askForProof(
  { dns }: Pick<Deps, 'dns'>,
  portalId: number,
  domain: string,
  needed: boolean,
): Promise<DomainFinding> {
  const name = `_stagecue.${domain}`
  const record = `stagecue-account=${portalId}`
  const answer = await dns.txt(name)
  if (answer.kind === 'found' && answer.records.some((text) => text.trim() === record)) {
    return { subject: 'account', verdict: 'ok', sentence: `${name} names this account.` }
  }
  if (answer.kind === 'unavailable') {
    const sentence = `The DNS did not answer for ${name} (${answer.why}). Check again later.`
    return { subject: 'account', verdict: 'unknown', sentence }
  }
  const why = needed ? 'so that nobody else writes in its name' : 'so that its mails may carry our signature'
  const sentence = `${name} does not name this account. Add "${record}" as TXT, ${why}.`
  return { subject: 'account', verdict: needed ? 'fault' : 'advice', sentence }
}
