import type { UnfilledMail } from './fill-template.ts'
import type { MergeValues } from './merge-fields.ts'
import { type RenderedMail, renderMail } from './render-mail.ts'

/**
 * A rendered mail with the sender's signature at its end. The signature is a template as a body is, plain text or HTML by itself.
 * What is missing in either is named together. Pure. Throws as `renderMail`.
 */
export function withSignature(
  mail: RenderedMail | UnfilledMail,
  signature: string,
  values: MergeValues,
): RenderedMail | UnfilledMail {
  if (!signature.trim()) return mail
  const signed = renderMail({ subject: '', body: signature }, values)
  const unfilled = [mail, signed].flatMap((part) => ('unfilled' in part ? part.unfilled : []))
  if ('unfilled' in mail || 'unfilled' in signed) return { unfilled: [...new Set(unfilled)] }
  const { subject, text, html } = mail
  return { subject, text: `${text}\n\n${signed.text}`, html: `${html}\n${signed.html}` }
}
