import sanitizeHtml from 'sanitize-html'

/** What a personal mail needs; no images (a remote image is a tracker), no styles beyond plain text formatting. */
export const BODY_HTML: sanitizeHtml.IOptions = {
  allowedTags: [
    'a',
    'b',
    'blockquote',
    'br',
    'div',
    'em',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'hr',
    'i',
    'li',
    'ol',
    'p',
    'span',
    'strong',
    'table',
    'tbody',
    'td',
    'th',
    'thead',
    'tr',
    'u',
    'ul',
  ],
  allowedAttributes: { a: ['href'] },
  allowedSchemes: ['https', 'http', 'mailto'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
}

/** Keeps the simple HTML of a mail body and drops everything that could run, load or hide something. */
export function sanitizeBody(html: string): string {
  return sanitizeHtml(html, BODY_HTML)
}
