/** A link of a mail. */
export interface Link {
  /** As written; empty when nothing is left of it, because it leads nowhere a mail may lead. */
  readonly target: string
  /** Undefined when it is no https, http or mailto address. */
  readonly url: URL | undefined
  /** What the reader sees of it. */
  readonly label: string
}

/**
 * The links of a rendered mail, in order: those of its HTML part, and the http addresses that stand in the text and that mail
 * programs make clickable by themselves. Pure. `html` is what `sanitizeBody` or `renderMail` made: attributes are quoted and
 * nothing is nested, so that patterns can read it.
 */
export function findLinks(html: string): Link[] {
  const anchors = [...html.matchAll(/<a(?:\s+href="([^"]*)")?[^>]*>([\s\S]*?)<\/a>/gi)]
  const links = anchors.map(([, href = '', inner = '']) => linkOf(decoded(href).trim(), plain(inner)))
  const rest = plain(html.replace(/<a[\s>][\s\S]*?<\/a>/gi, ' '))
  const bare = rest.match(/\bhttps?:\/\/[^\s<>"']+/gi) ?? []
  return [...links, ...bare.map((address) => linkOf(address, address))]
}

function linkOf(target: string, label: string): Link {
  const url = URL.parse(target) ?? undefined
  const known = url && ['https:', 'http:', 'mailto:'].includes(url.protocol)
  return { target, url: known ? url : undefined, label }
}

function plain(html: string): string {
  return decoded(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

/** The five that escaping makes; others stay as they are written. */
function decoded(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#0?39;/g, "'")
    .replace(/&amp;/g, '&')
}
