import sanitizeHtml from 'sanitize-html'
import { BODY_HTML } from './sanitize-body.ts'

export interface TrackedHtml {
  readonly html: string
  /** Where the rewritten links lead, in their order; the first is link 1. */
  readonly links: readonly string[]
}

/** A token has one byte for the place of a link; what comes after so many stays as it is. */
const MOST_LINKS = 255

/**
 * Gives every http and https link of a mail's HTML another address, `addressOf` its place from 1. Links to mail programs and
 * whatever else is no web address stay as they are. Pure: the same HTML gives the same result.
 */
export function trackLinks(html: string, addressOf: (link: number) => string): TrackedHtml {
  const links: string[] = []
  const tracked = sanitizeHtml(html, {
    ...BODY_HTML,
    transformTags: {
      a: (tagName, attribs) => {
        const target = webAddress(attribs.href ?? '')
        if (target === undefined || links.length >= MOST_LINKS) return { tagName, attribs }
        links.push(target)
        return { tagName, attribs: { ...attribs, href: addressOf(links.length) } }
      },
    },
  })
  return { html: tracked, links }
}

/** An absolute http or https address in plain ASCII, as a Location header carries it; undefined for anything else. Pure. */
export function webAddress(text: string): string | undefined {
  const url = URL.parse(text.trim())
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined
}
