import type { RenderedMail } from '#mail/render-mail.ts'
import type { PreflightFinding } from '#shared/contract/preflight.ts'
import type { FindingOf } from './finding.ts'

/** Gmail cuts a mail whose HTML is longer ("Message clipped"), and our unsubscribe link stands at its end. Bytes. */
const CLIPPED_FROM = 100_000
/** Empty lines at the end, behind which nobody looks for anything. */
const BLANK_LINES = 15

/** What people write for a value that they mean to fill in later. */
const PLACEHOLDER =
  /lorem ipsum|\bx{3,}\b|\[(?:first|last|full|your|insert|company|contact|name)[^\]\n]{0,40}\]|\{(?:first|last|full|company|contact|name)[a-z_ ]{0,20}\}|<<[^<>\n]{1,40}>>|%[A-Z][A-Z_]{2,30}%|\*\|[A-Z_]{2,30}\|\*/i

/** What is wrong with the text of one mail. Pure; `mail` is rendered without our footer, `source` is what was typed. */
export function checkBody(mail: RenderedMail, source: string, found: FindingOf): PreflightFinding[] {
  const findings: PreflightFinding[] = []
  const add = (severity: PreflightFinding['severity'], sentence: string) =>
    findings.push(found(severity, 'body', sentence))
  const hasImage = /<img\b/i.test(source)
  if (mail.text.trim() === '') {
    const why = hasImage ? ' Images are taken out of mails, and nothing else is in it.' : ''
    add('error', `it has no text when it is filled in.${why} Write what it should say.`)
  } else if (hasImage) {
    add('warning', 'images are taken out of mails: they make a mail look like a newsletter, and many do not see them.')
  }
  const bytes = Buffer.byteLength(mail.html)
  if (bytes > CLIPPED_FROM) {
    add('error', `it is so long (${Math.ceil(bytes / 1000)} kB) that Gmail hides its end, with the unsubscribe link.`)
  }
  if (blankLinesAtEnd(mail.html) >= BLANK_LINES) {
    add('error', 'the empty lines at its end push the unsubscribe link out of sight. Take them away.')
  }
  const placeholder = PLACEHOLDER.exec(`${mail.subject}\n${mail.text}`)?.[0]
  if (placeholder) add('warning', `“${placeholder}” looks like something that was to be filled in.`)
  if (isShouted(mail.text)) add('warning', 'most of its text is written in capital letters.')
  return findings
}

/** What shows nothing by itself. */
const NOTHING = /<br ?\/?>|<\/?(?:p|div|span|b|i|strong|em)>|&nbsp;|[\s\u00a0]+/gi

/** One walk over the text: a pattern for the end alone would look at a long gap in the middle from each of its places. */
function blankLinesAtEnd(html: string): number {
  let lines = 0
  let end = 0
  for (const { 0: part, index } of html.matchAll(NOTHING)) {
    if (index > end) lines = 0
    if (/^<(?:br|p|div)/i.test(part)) lines++
    end = index + part.length
  }
  return end === html.length ? lines : 0
}

function isShouted(text: string): boolean {
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0
  const letters = text.match(/\p{Lu}|\p{Ll}/gu)?.length ?? 0
  return letters >= 40 && capitals > letters * 0.6
}
