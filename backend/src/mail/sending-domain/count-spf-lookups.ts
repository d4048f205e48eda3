import type { Dns } from '#core/dns.ts'

/** What following an SPF record shows. */
export interface SpfTrail {
  /** Terms that make a receiver ask the DNS. */
  readonly lookups: number
  /** Why a receiver would give up ("permerror"), as the end of a sentence; undefined when it would not. */
  readonly broken: string | undefined
  /** A name that was not answered; undefined when all were. */
  readonly unanswered: { readonly name: string; readonly why: string } | undefined
}

/** RFC 7208, 4.6.4: a receiver that needs more gives up. */
export const SPF_LOOKUPS = 10

/** A term: qualifier, name, then its value after `:`, `=` or `/`. */
const TERM = /^([+\-~?])?([a-z][a-z0-9._-]*)(?:([:=/])(.*))?$/i
const ASKING = new Set(['a', 'mx', 'ptr', 'exists', 'include', 'redirect'])
const KNOWN = new Set([...ASKING, 'all', 'ip4', 'ip6', 'exp'])

/**
 * Follows `include` and `redirect` of a record and counts what a receiver would ask in the worst case, that is when nothing
 * matches before the end. It stops at the first lookup too many, so a loop ends. A name with a macro (`%{i}`) is counted and
 * not followed: its answer depends on the mail.
 */
export async function countSpfLookups(dns: Dns, record: string): Promise<SpfTrail> {
  const records = [record]
  let lookups = 0
  for (let at = 0; at < records.length; at++) {
    for (const term of termsOf(records[at] ?? '')) {
      if (!term) return { lookups, broken: 'has a part that is no SPF', unanswered: undefined }
      if (!ASKING.has(term.name)) continue
      lookups++
      if (lookups > SPF_LOOKUPS) {
        return { lookups, broken: `needs more than ${SPF_LOOKUPS} DNS lookups`, unanswered: undefined }
      }
      if (term.name !== 'include' && term.name !== 'redirect') continue
      if (!term.value) return { lookups, broken: `has "${term.name}" without a name`, unanswered: undefined }
      if (term.value.includes('%')) continue
      const found = await findSpf(dns, term.value)
      if (found.kind === 'unavailable') {
        return { lookups, broken: undefined, unanswered: { name: term.value, why: found.why } }
      }
      const [one, ...more] = found.records
      if (one === undefined)
        return { lookups, broken: `names ${term.value}, which has no SPF record`, unanswered: undefined }
      if (more.length > 0) return { lookups, broken: `names ${term.value}, which has several`, unanswered: undefined }
      records.push(one)
    }
  }
  return { lookups, broken: undefined, unanswered: undefined }
}

/** The SPF records of a name (RFC 7208, 4.5); more than one is as good as none. */
export async function findSpf(
  dns: Dns,
  name: string,
): Promise<{ kind: 'found'; records: string[] } | { kind: 'unavailable'; why: string }> {
  const answer = await dns.txt(name)
  if (answer.kind === 'unavailable') return answer
  const texts = answer.kind === 'found' ? answer.records : []
  return { kind: 'found', records: texts.filter((text) => /^v=spf1( |$)/i.test(text)) }
}

interface Term {
  readonly name: string
  readonly value: string
}

/** The terms after the version; undefined for one that is none. `redirect` counts for nothing beside `all` (RFC 7208, 6.1). */
function termsOf(record: string): (Term | undefined)[] {
  const terms = record
    .split(' ')
    .slice(1)
    .filter(Boolean)
    .map((text) => {
      const match = TERM.exec(text)
      const name = match?.[2]?.toLowerCase() ?? ''
      const isModifier = match?.[3] === '='
      // An unknown modifier is allowed, an unknown mechanism is not (RFC 7208, 6 and 4.6.1).
      return match && (KNOWN.has(name) || isModifier) ? { name, value: match[4] ?? '' } : undefined
    })
  const hasAll = terms.some((term) => term?.name === 'all')
  return terms.filter((term) => !(hasAll && term?.name === 'redirect'))
}
