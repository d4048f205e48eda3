import { MERGE_FIELDS, type MergeValues } from '#mail/merge-fields.ts'
import { type RenderedMail, renderMail } from '#mail/render-mail.ts'
import { withSignature } from '#mail/with-signature.ts'
import type { EmailStep, Step } from '#shared/contract/sequence.ts'

/** A subject and a body that may be sent of a step. */
type Writing = Pick<EmailStep, 'subject' | 'body'>

export interface RenderedStep {
  readonly mail: RenderedMail
  /** Fields without a value and without a default: each stands in the texts as `[contact.company]`. */
  readonly unfilled: readonly string[]
  /** It continues the conversation of a mail before it, whose subject it has. */
  readonly continues: boolean
}

/**
 * The mail of the step at `index` as sending would render it; where sending would hold it for a missing value, the value's name
 * stands in its place. Pure. `variantId`: of a step that has variants; the first without it. `signature`: its sender's, a template. The subject is empty when neither
 * it nor a mail above it has one. Undefined for a step or a variant that is not there. Throws `AppError('template_invalid')`.
 */
export function renderStep(
  steps: readonly Step[],
  index: number,
  variantId: string | undefined,
  values: MergeValues,
  signature: string,
): RenderedStep | undefined {
  const writing = writingOf(steps[index], variantId)
  if (!writing) return undefined
  const { mail, unfilled } = fill(writing, values, signature)
  if (mail.subject) return { mail, unfilled, continues: false }
  const above = steps.slice(0, index).flatMap((step) => writingOf(step, undefined) ?? [])
  const before = above.findLast(({ subject }) => subject.trim() !== '')
  if (!before) return { mail, unfilled, continues: false }
  const continued = fill({ ...before, body: '-' }, values, '')
  return { mail: { ...mail, subject: continued.mail.subject }, unfilled, continues: true }
}

function writingOf(step: Step | undefined, variantId: string | undefined): Writing | undefined {
  if (step?.kind !== 'email') return undefined
  if (!step.variants) return variantId === undefined ? step : undefined
  return variantId === undefined ? step.variants[0] : step.variants.find(({ id }) => id === variantId)
}

function fill(writing: Writing, values: MergeValues, signature: string): Pick<RenderedStep, 'mail' | 'unfilled'> {
  const unfilled: string[] = []
  // A value that is filled in may open a branch in which another one is missing.
  for (let tries = 0; tries <= MERGE_FIELDS.length; tries++) {
    const marks = Object.fromEntries(unfilled.map((name) => [name, `[${name}]`]))
    const filled = { ...values, ...marks }
    const mail = withSignature(renderMail(writing, filled), signature, filled)
    if (!('unfilled' in mail)) return { mail, unfilled }
    unfilled.push(...mail.unfilled)
  }
  return { mail: { subject: '', text: '', html: '' }, unfilled }
}
