import { isAppError } from '#core/errors.ts'
import { checkTemplate, type MailTemplate } from './check-template.ts'
import { exampleValues } from './merge-fields.ts'
import { renderMail } from './render-mail.ts'

/** What a mail looks like with example values, and what would stop it, as sentences; a draft may be wrong, so nothing is thrown. */
export function previewMail(template: MailTemplate): { subject: string; text: string; problems: string[] } {
  try {
    checkTemplate(template)
    const mail = renderMail(template, exampleValues())
    if ('unfilled' in mail)
      return { subject: '', text: '', problems: mail.unfilled.map((field) => `${field} has no value.`) }
    return { subject: mail.subject, text: mail.text, problems: [] }
  } catch (error) {
    if (!isAppError(error, 'template_invalid')) throw error
    return { subject: template.subject, text: template.body, problems: [error.message] }
  }
}
