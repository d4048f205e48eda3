import { MERGE_FIELDS, type MergeValues } from '#mail/merge-fields.ts'
import { type RenderedMail, renderMail } from '#mail/render-mail.ts'
import type { EmailStep, Step } from '#shared/contract/sequence.ts'

export interface RenderedStep {
  readonly mail: RenderedMail
  /** Fields without a value and without a default: each stands in the texts as `[contact.company]`. */
  readonly unfilled: readonly string[]
  /** It continues the conversation of a mail before it, whose subject it has. */
  readonly continues: boolean
}

/**
 * The mail of the step at `index` as sending would render it; where sending would hold it for a missing value, the value's name
 * stands in its place. Pure. The subject is empty when neither it nor a mail before it has one. Throws
 * `AppError('template_invalid')`.
 */
export function renderStep(steps: readonly Step[], index: number, values: MergeValues): RenderedStep | undefined {
  const step = steps[index]
  if (step?.kind !== 'email') return undefined
  const { mail, unfilled } = fill(step, values)
  if (mail.subject) return { mail, unfilled, continues: false }
  const before = steps.slice(0, index).findLast((each): each is EmailStep => isEmailWithSubject(each))
  if (!before) return { mail, unfilled, continues: false }
  const continued = fill({ ...before, body: '-' }, values)
  return { mail: { ...mail, subject: continued.mail.subject }, unfilled, continues: true }
}

function isEmailWithSubject(step: Step): step is EmailStep {
  return step.kind === 'email' && step.subject.trim() !== ''
}

function fill(step: EmailStep, values: MergeValues): Pick<RenderedStep, 'mail' | 'unfilled'> {
  const unfilled: string[] = []
  // A value that is filled in may open a branch in which another one is missing.
  for (let tries = 0; tries <= MERGE_FIELDS.length; tries++) {
    const marks = Object.fromEntries(unfilled.map((name) => [name, `[${name}]`]))
    const mail = renderMail(step, { ...values, ...marks })
    if (!('unfilled' in mail)) return { mail, unfilled }
    unfilled.push(...mail.unfilled)
  }
  return { mail: { subject: '', text: '', html: '' }, unfilled }
}
