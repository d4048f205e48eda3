import type { Dns } from '#core/dns.ts'
import { countSpfLookups, findSpf, SPF_LOOKUPS } from './count-spf-lookups.ts'
import { type Finding, findingsOf, notAnswered } from './finding.ts'

const found = findingsOf('spf')

/**
 * Whether receivers can use the SPF record of the domain of our bounce addresses (RFC 7208). It does not say whether the record
 * allows the mail server: which addresses that one sends from is known only to whoever runs it.
 */
export async function checkSpf(dns: Dns, domain: string): Promise<Finding[]> {
  const answer = await findSpf(dns, domain)
  if (answer.kind === 'unavailable') return [notAnswered('spf', domain, answer.why)]
  const [record, ...more] = answer.records
  if (record === undefined) {
    return [found('fault', `${domain} has no SPF record. Add the one that your mail server's operator names.`)]
  }
  if (more.length > 0) {
    return [
      found(
        'fault',
        `${domain} has ${more.length + 1} SPF records. Join them into one: receivers use none of several.`,
      ),
    ]
  }
  const trail = await countSpfLookups(dns, record)
  if (trail.unanswered) return [notAnswered('spf', trail.unanswered.name, trail.unanswered.why)]
  if (trail.broken)
    return [found('fault', `The SPF record of ${domain} ${trail.broken}. Receivers ignore it: correct it.`)]
  return [endingOf(domain, record) ?? found('ok', `SPF works with ${trail.lookups} of ${SPF_LOOKUPS} DNS lookups.`)]
}

/** What the record says about everybody else, where that is a mistake. */
function endingOf(domain: string, record: string): Finding | undefined {
  if (/ \+?all( |$)/i.test(record)) {
    return found('fault', `The SPF record of ${domain} allows everybody ("+all"). End it with "~all" or "-all".`)
  }
  if (/ [-~?]all( |$)/i.test(record) || / redirect=/i.test(record)) return undefined
  return found('advice', `The SPF record of ${domain} says nothing about other servers. End it with "~all" or "-all".`)
}
