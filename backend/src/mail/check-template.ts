import { AppError } from '#core/errors.ts'
import { isMergeField, MERGE_FIELDS } from './merge-fields.ts'
import { textEngine } from './template-engine.ts'

/** The two templates of one mail. */
export interface MailTemplate {
  readonly subject: string
  readonly body: string
}

/**
 * Refuses a mail's templates when they are saved: unknown tags, filters and merge fields, broken syntax, a body without
 * content. An empty subject is fine: it continues the conversation under the subject of the mail before.
 * Throws `AppError('template_invalid')` with the place, line and column from 1, and `subject` or `body` as its field.
 */
export function checkTemplate(template: MailTemplate): void {
  if (/[\r\n]/.test(template.subject)) throw invalid('subject', 'The subject must be one line.')
  if (!template.body.trim()) throw invalid('body', 'The body is empty. Write what the mail should say.')
  checkText('subject', template.subject)
  checkText('body', template.body)
}

/**
 * The same for one template that is no mail, which may be empty. `part` is what the sentence and the field call it. Throws
 * `AppError('template_invalid')`.
 */
export function checkText(part: string, source: string): void {
  for (const { path, row, column } of variablesOf(part, source)) {
    if (isMergeField(path)) continue
    throw invalid(
      part,
      `The ${part} uses “${path}” (line ${row}, column ${column}), which is not a merge field. ` +
        `Use one of: ${MERGE_FIELDS.map((field) => field.name).join(', ')}.`,
    )
  }
}

function variablesOf(part: string, source: string): { path: string; row: number; column: number }[] {
  try {
    const { variables } = textEngine.analyzeSync(textEngine.parse(source), { partials: false })
    return Object.values(variables).flatMap((uses) =>
      uses.map((use) => ({ path: nameOf(use.segments), row: use.location.row, column: use.location.col })),
    )
  } catch (error) {
    throw invalid(part, `The ${part} is not a valid template: ${explain(error)}.`, error)
  }
}

/** "contact.firstname"; a computed segment cannot be checked and is never a merge field. */
function nameOf(segments: readonly unknown[]): string {
  return segments.map((segment) => (typeof segment === 'object' ? '[…]' : String(segment))).join('.')
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const at = /, line:(\d+), col:(\d+)/.exec(message)
  const place = at ? ` (line ${at[1]}, column ${at[2]})` : ''
  const what = message
    .replace(/,?\s*line:\d+, col:\d+.*/s, '')
    .replace(/^tag "(.*?)" not found$/, 'the tag “$1” is not available; use if, unless or case')
    .replace(/^undefined filter: (.*)$/, 'the filter “$1” is not available')
  return `${what}${place}`
}

function invalid(field: string, sentence: string, cause?: unknown): AppError {
  return new AppError('template_invalid', sentence, { cause, field })
}
