import { isAppError } from '#core/errors.ts'
import { type RenderedMail, renderMail } from '#mail/render-mail.ts'
import type { SendFacts } from '#modules/deals/send-facts.ts'
import { mergeValuesOf } from './merge-values.ts'
import type { StepSender } from './sender.ts'
import type { PortalState, RunState } from './state-repository.ts'

/** A mail's step with what fills it. */
export interface StepToRender {
  readonly state: RunState
  readonly told: SendFacts | undefined
  /** The mails before it, oldest first; only needed for a step without a subject. */
  readonly earlier: readonly { readonly subject: string }[]
}

export interface RenderFacts {
  readonly portal: PortalState
  readonly labels: ReadonlyMap<string, string>
  readonly sender: StepSender
}

/** The mail, or the sentence that says what is missing and holds it. Pure. */
export function renderStep({ state, told, earlier }: StepToRender, facts: RenderFacts): RenderedMail | string {
  const { portal, labels, sender } = facts
  if (!sender.replyTo) return 'Nobody would get the answer. Set a reply address in the settings, then try again.'
  const { step } = state
  if (step?.kind !== 'email') return 'This step is missing from its sequence version. Skip it.'
  try {
    const rendered = renderMail(step, mergeValuesOf(state, told, portal, sender, labels))
    if ('unfilled' in rendered) {
      return `No value for ${rendered.unfilled.join(', ')}. Fill it in HubSpot, then try again.`
    }
    const subject = rendered.subject || earlier.at(-1)?.subject
    if (subject) return { ...rendered, subject }
    return 'The step has no subject, and no mail was sent before it whose subject it could continue. Skip it.'
  } catch (error) {
    if (isAppError(error, 'template_invalid')) return error.message
    throw error
  }
}
