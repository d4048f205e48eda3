import type { PreflightFinding } from '#shared/contract/preflight.ts'
import type { FindingOf } from './finding.ts'

/** What mail programs put before the subject of an answer or a forwarded mail, in the languages that most of them speak. */
const ANSWER =
  /^(re|aw|antw|sv|vs|odp|rif|ref|res|tr|rv|enc|fw|fwd|wg|vb|doorst|回复|答复|转发|返信|転送)\s*(\[\d+\])?\s*[:：]/iu

/** A header line should be no longer (RFC 5322, 2.1.1), and what fits on a screen of a mail program is about as much. */
const LONGEST = 78
/** What phones show of it. */
const SHOWN_ON_PHONES = 60

/**
 * A subject as the recipient would read it. Pure. `first`: no mail of the sequence comes before it. A made-up "Re:" deceives
 * its reader, and Gmail's guidelines for senders forbid it; so in the first mail it is an error.
 */
export function checkSubject(subject: string, first: boolean, found: FindingOf): PreflightFinding[] {
  const findings: PreflightFinding[] = []
  const warn = (sentence: string) => findings.push(found('warning', 'subject', sentence))
  const prefix = ANSWER.exec(subject)?.[0]
  if (prefix) {
    findings.push(
      first
        ? found('error', 'subject', `the subject begins with “${prefix}”, but it answers nothing. Take it away.`)
        : found(
            'warning',
            'subject',
            `the subject begins with “${prefix}”. Leave it empty to continue the conversation, or take “${prefix}” away.`,
          ),
    )
  }
  const length = Array.from(subject).length
  if (length > LONGEST) warn(`the subject has ${length} characters; mail programs cut it after about ${LONGEST}.`)
  else if (length > SHOWN_ON_PHONES) {
    warn(`the subject has ${length} characters; phones show about ${SHOWN_ON_PHONES}. Say what matters first.`)
  }
  if (isShouted(subject)) warn('the subject is written in capital letters, which spam filters mind.')
  if (/[!?]{2,}|[!?].*!|\${2,}/.test(subject)) warn('the subject has too many exclamation or question marks.')
  return findings
}

/** Three words or a dozen letters in capitals; not an abbreviation or a name in an ordinary subject. */
function isShouted(subject: string): boolean {
  const letters = subject.match(/\p{Lu}|\p{Ll}/gu) ?? []
  const capitals = subject.match(/\p{Lu}/gu) ?? []
  const words = subject.match(/(?<!\p{L})\p{Lu}{2,}(?!\p{L})/gu) ?? []
  return capitals.length >= 12 && capitals.length > letters.length * 0.7 && words.length >= 2
}
