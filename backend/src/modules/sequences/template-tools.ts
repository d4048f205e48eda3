import type { MailPreview, PreviewMail } from '#shared/contract/sequence.ts'

/** What sequences need to know about templates; mail/ provides it. */
export interface TemplateTools {
  /**
   * Refuses unknown tags, filters and merge fields and broken syntax with `AppError('template_invalid')`, whose sentence
   * names the place and whose field is `subject` or `body`. An empty subject passes.
   */
  check(mail: PreviewMail): void
  /** The mail with example values, and what would stop it. */
  preview(mail: PreviewMail): MailPreview | Promise<MailPreview>
  /** The merge fields a template may use, with an example each. */
  readonly fields: readonly { readonly name: string; readonly example: string }[]
}
