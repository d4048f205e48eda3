import { convert, type FormatCallback } from 'html-to-text'

/** Where mail programs put the mail they answer: Gmail, Yahoo, Thunderbird, Proton, and everybody's blockquote. */
const QUOTES = [
  'blockquote',
  'div.gmail_quote',
  'div.gmail_quote_container',
  'div.yahoo_quoted',
  'div.moz-cite-prefix',
  'div.protonmail_quote',
]
/** Outlook only marks where the quoted mail begins: it follows as a sibling. */
const QUOTE_BEGINS = ['#divRplyFwdMsg', '#appendonsend', '#mail-editor-reference-message-container']

/**
 * A mail's HTML as text, without the quotations that its mark-up shows; where Outlook's quotation begins, a line that
 * `ownText` knows is put. Pure. `quoted` says whether a quotation was seen.
 */
export function htmlToOwnText(html: string): { text: string; quoted: boolean } {
  let quoted = false
  const quotation: FormatCallback = () => {
    quoted = true
  }
  const quoteBegins: FormatCallback = (element, walk, builder) => {
    quoted = true
    builder.openBlock()
    builder.addInline('-----Original Message-----')
    builder.closeBlock()
    walk(element.children, builder)
  }
  const without = toText(html, { quotation, quoteBegins }, true)
  // Some people indent their whole answer with a blockquote: then the quotation is all there is.
  return without.trim() ? { text: without, quoted } : { text: toText(html, { quotation, quoteBegins }, false), quoted }
}

function toText(html: string, formatters: Record<string, FormatCallback>, dropQuotes: boolean): string {
  const quotes = dropQuotes
    ? QUOTES.map((selector) => ({ selector, format: 'quotation' }))
    : [{ selector: 'blockquote', format: 'block' }]
  return convert(html, {
    wordwrap: false,
    formatters,
    limits: { maxDepth: 60, maxChildNodes: 5000 },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
      ...quotes,
      ...QUOTE_BEGINS.map((selector) => ({ selector, format: 'quoteBegins' })),
    ],
  })
}
