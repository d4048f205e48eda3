import type { Dns } from '#core/dns.ts'
import { type Finding, findingsOf, notAnswered } from './finding.ts'
import { readTags } from './read-tags.ts'

const found = findingsOf('dmarc')

/** What receivers are asked to do with mails that neither SPF nor DKIM speaks for. */
export type DmarcPolicy = 'none' | 'quarantine' | 'reject'

export interface DmarcAnswer {
  readonly findings: Finding[]
  /** `unknown`: the DNS did not answer; undefined: there is no record that receivers would use. */
  readonly policy: DmarcPolicy | 'unknown' | undefined
}

/** Above the domain itself, only names with this many labels or fewer are asked (the limit of the tree walk). */
const LABELS = 7

/**
 * Whether a DMARC policy covers the domain: its own record, or the one of the nearest domain above it. Receivers by RFC 7489 ask
 * for the domain and for the organizational one; those of its successor walk up. Walking finds the same record without a list of
 * public suffixes, unless it is halfway between the two. No record says whether our mails are aligned: that depends on the key
 * and on the mail server.
 */
export async function checkDmarc(dns: Dns, domain: string): Promise<DmarcAnswer> {
  for (const owner of ownersOf(domain)) {
    const name = `_dmarc.${owner}`
    const answer = await dns.txt(name)
    if (answer.kind === 'unavailable') return { findings: [notAnswered('dmarc', name, answer.why)], policy: 'unknown' }
    const records = (answer.kind === 'found' ? answer.records : []).filter((text) =>
      /^v\s*=\s*DMARC1\s*(;|$)/.test(text),
    )
    const [record, ...more] = records
    if (record === undefined) continue
    if (more.length > 0) return unusable(`${name} has ${records.length} DMARC records. Leave one: receivers use none.`)
    return judge(name, record, owner === domain)
  }
  return unusable(`${domain} has no DMARC record. Add "v=DMARC1; p=none; rua=mailto:…" as TXT at _dmarc.${domain}.`)
}

/** The domain and those above it, but no top-level domain: that is nobody's own. */
function ownersOf(domain: string): string[] {
  const labels = domain.split('.')
  const above = labels.map((_label, at) => labels.slice(at)).slice(1)
  return [domain, ...above.filter(({ length }) => length >= 2 && length <= LABELS).map((rest) => rest.join('.'))]
}

function unusable(sentence: string): DmarcAnswer {
  return { findings: [found('fault', sentence)], policy: undefined }
}

function judge(name: string, record: string, isOwn: boolean): DmarcAnswer {
  const tags = readTags(record)
  const own = tags?.get('p')?.toLowerCase()
  const policy = (isOwn ? undefined : tags?.get('sp')?.toLowerCase()) ?? own
  if (policy !== 'none' && policy !== 'quarantine' && policy !== 'reject') {
    return unusable(`The DMARC record at ${name} names no policy. Add "p=none", "p=quarantine" or "p=reject".`)
  }
  const works = found('ok', `The DMARC policy at ${name} is "${policy}".`)
  if (/mailto:/i.test(tags?.get('rua') ?? '')) return { findings: [works], policy }
  const silent = found('advice', `The DMARC record at ${name} names no address for reports. Add "rua=mailto:…".`)
  return { findings: [works, silent], policy }
}
