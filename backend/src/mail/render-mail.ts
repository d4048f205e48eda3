import { convert } from 'html-to-text'
import type { MailTemplate } from './check-template.ts'
import { cleanLine, cleanText } from './clean-text.ts'
import { escapeHtml } from './escape-html.ts'
import { fill, type UnfilledMail } from './fill-template.ts'
import type { MergeValues } from './merge-fields.ts'
import { sanitizeBody } from './sanitize-body.ts'
import { htmlEngine, textEngine } from './template-engine.ts'

export interface RenderedMail {
  /** One line of at most 255 characters; empty when the template's subject is empty. */
  readonly subject: string
  readonly text: string
  readonly html: string
}

const SUBJECT_LENGTH = 255
const HTML_TAG = /<\/?(a|b|blockquote|br|div|em|h[1-6]|hr|i|li|ol|p|span|strong|table|u|ul)(\s[^<>]*)?\/?>/i

/** Whether a body is HTML; any other is plain text. Pure. */
export function isHtmlBody(body: string): boolean {
  return HTML_TAG.test(body)
}

/**
 * Fills a mail's templates. Pure. A body with HTML tags is HTML (values escaped, result sanitized, text part derived from
 * it); any other body is plain text, and the HTML part is derived from that. Throws `AppError('template_invalid')` for a
 * template that `checkTemplate` would refuse.
 */
export function renderMail(template: MailTemplate, values: MergeValues): RenderedMail | UnfilledMail {
  const isHtml = isHtmlBody(template.body)
  const subject = fill(textEngine, template.subject, values)
  const body = fill(isHtml ? htmlEngine : textEngine, template.body, values)
  const unfilled = [...new Set([...subject.unfilled, ...body.unfilled])]
  if (unfilled.length > 0) return { unfilled }
  const content = isHtml ? fromHtml(body.text) : fromText(body.text)
  return { subject: oneLine(subject.text), ...content }
}

function oneLine(subject: string): string {
  return Array.from(cleanLine(subject)).slice(0, SUBJECT_LENGTH).join('')
}

function fromHtml(body: string): { text: string; html: string } {
  const html = sanitizeBody(cleanText(body))
  const text = convert(html, {
    wordwrap: false,
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: 'img', format: 'skip' },
    ],
  })
  return { html, text: text.trim() }
}

function fromText(body: string): { text: string; html: string } {
  const text = cleanText(body).replace(/\r\n?/g, '\n')
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => `<p>${link(paragraph).replaceAll('\n', '<br>\n')}</p>`)
  return { text, html: paragraphs.join('\n') }
}

/** Escapes a text and makes its https addresses clickable. */
function link(text: string): string {
  return text
    .split(/(https:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]}])/)
    .map((piece, index) => {
      const escaped = escapeHtml(piece)
      return index % 2 === 1 ? `<a href="${escaped}">${escaped}</a>` : escaped
    })
    .join('')
}
