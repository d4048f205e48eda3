import { isAppError } from '#core/errors.ts'
import { type RenderedMail, renderMail } from '#mail/render-mail.ts'
import { withSignature } from '#mail/with-signature.ts'
import type { SendFacts } from '#modules/deals/send-facts.ts'
import type { NoWriter } from './choose-writer.ts'
import type { EarlierMail } from './earlier-mails-repository.ts'
import { mergeValuesOf } from './merge-values.ts'
import type { StepSender } from './sender.ts'
import type { PortalState, RunState } from './state-repository.ts'

/** What is filled into a run's mail. */
export interface MailToRender {
  readonly state: RunState
  readonly told: SendFacts | undefined
  readonly earlier: readonly EarlierMail[]
}

/** What else it is made of. */
export interface RenderSurroundings {
  readonly portal: PortalState
  readonly labels: ReadonlyMap<string, string>
  readonly sender: StepSender | NoWriter
}

/** The mail with its sender's signature, or the sentence that says what is missing. Pure. */
export function renderStep(mail: MailToRender, { portal, labels, sender }: RenderSurroundings): RenderedMail | string {
  const { step } = mail.state
  if (step?.kind !== 'email') return 'This step is missing from its sequence version. Skip it.'
  if ('held' in sender) return sender.held
  try {
    const values = mergeValuesOf(mail.state, mail.told, portal, sender, labels)
    const rendered = withSignature(renderMail(step, values), sender.signature, values)
    if ('unfilled' in rendered) {
      return `No value for ${rendered.unfilled.join(', ')}. Fill it in HubSpot, then try again.`
    }
    const subject = rendered.subject || mail.earlier.at(-1)?.subject
    if (subject) return { ...rendered, subject }
    return 'The step has no subject, and no mail was sent before it whose subject it could continue. Skip it.'
  } catch (error) {
    if (isAppError(error, 'template_invalid')) return error.message
    throw error
  }
}
