import type { PreflightFinding } from '#shared/contract/preflight.ts'
import { findLinks, type Link } from './find-links.ts'
import type { FindingOf } from './finding.ts'

/** Hide where a link leads, and are used for it: spam filters know them. */
const SHORTENERS: ReadonlySet<string> = new Set([
  ...['bit.ly', 'bl.ink', 'buff.ly', 'cutt.ly', 'goo.gl', 'is.gd', 'lnkd.in', 'ow.ly', 'rb.gy', 'rebrand.ly', 's.id'],
  ...['shorturl.at', 't.co', 't.ly', 'tiny.cc', 'tinyurl.com', 'v.gd'],
])
const MOST = 5
const UNSUBSCRIBE =
  /unsubscrib|opt[- ]?out|abmeld|abbestell|d[ée]sabonn|d[ée]sinscri|cancelar (la )?suscripci|disiscri|uitschrijv|avregistrer|avprenumerera/i

/** What is wrong with the links of one mail. Pure; `html` is its rendered HTML part without our footer. */
export function checkLinks(html: string, found: FindingOf): PreflightFinding[] {
  const links = findLinks(html)
  const warn = (sentence: string) => found('warning', 'body', sentence)
  const findings = links.flatMap((link) => checkLink(link, found))
  const own = links.find(({ label, target }) => UNSUBSCRIBE.test(label) || UNSUBSCRIBE.test(target))
  if (own) {
    findings.push(
      warn(
        `the link “${short(own.label || own.target)}” looks like one to unsubscribe, but Stagecue would not hear of it. ` +
          'Take it away: a working one stands at the end of each mail.',
      ),
    )
  }
  const web = links.filter(({ url }) => url !== undefined && url.protocol !== 'mailto:')
  if (web.length > MOST) findings.push(warn(`it has ${web.length} links. Spam filters mind more than ${MOST}.`))
  return once(findings)
}

function checkLink({ url, target, label }: Link, found: FindingOf): PreflightFinding[] {
  const warn = (sentence: string) => found('warning', 'body', sentence)
  // An anchor that is no link and shows nothing.
  if (!target && !label) return []
  if (!url) {
    return [
      found(
        'error',
        'body',
        `the link “${short(label || target)}” leads nowhere. Write its whole address, with https://.`,
      ),
    ]
  }
  if (url.protocol === 'mailto:') return []
  const findings: PreflightFinding[] = []
  const host = url.hostname.replace(/^www\./, '')
  if (url.protocol === 'http:') findings.push(warn(`the link to ${host} begins with http://. Use https://.`))
  if (SHORTENERS.has(host)) findings.push(warn(`${host} hides where its link leads. Write the real address.`))
  if (/^[\d.]+$|^\[/.test(url.hostname)) findings.push(warn(`a link leads to the bare address ${url.hostname}.`))
  const shown = domainIn(label)
  if (shown && !belongTogether(shown, host)) {
    findings.push(warn(`a link shows ${shown} and leads to ${host}. Spam filters take that for a fraud.`))
  }
  return findings
}

/** Ends of file names that look like the end of a domain. */
const FILES = /\.(pdf|docx?|xlsx?|pptx?|zip|js|md|txt|csv|png|jpe?g)$/

/** The domain that a link's text shows, when it shows one and nothing else. */
function domainIn(label: string): string | undefined {
  const host = /^(?:https?:\/\/)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/?#:]\S*)?$/i.exec(label.trim())?.[1]
  const domain = host?.toLowerCase()
  return domain && !(FILES.test(domain) && !label.includes('/')) ? domain : undefined
}

function belongTogether(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`)
}

function short(text: string): string {
  const characters = Array.from(text)
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : text
}

function once(findings: readonly PreflightFinding[]): PreflightFinding[] {
  return findings.filter((one, index) => findings.findIndex(({ sentence }) => sentence === one.sentence) === index)
}
