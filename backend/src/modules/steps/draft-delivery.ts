import { hashAddress } from '#modules/suppressions/hash-address.ts'
import { MUST_BE_READ_AGAIN, readsOtherwise } from './approval.ts'
import type { CheckedRun } from './check-before-send.ts'
import { composeMail } from './compose-mail.ts'
import type { NewDelivery } from './delivery-repository.ts'
import type { LoadedBatch } from './load-runs.ts'
import { presentConversation } from './present-conversation.ts'
import { renderStep } from './render-step.ts'
import type { OpenSender } from './sender.ts'
import type { Settlement } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'
import { trackMail } from './track-mail.ts'

/** The sentence of a mail whose answers would be lost. */
export const NO_REPLY_ADDRESS = 'Nobody would get the answer. Set a reply address in the settings, then try again.'

export interface Draft {
  readonly checked: CheckedRun
  readonly sender: OpenSender
  readonly delivery: NewDelivery
}

type Held = Extract<Settlement['outcome'], { kind: 'held' }>

const held = (why: string): Held => ({ kind: 'held', why })

/**
 * The mail of a run as it will be frozen: rendered, composed and signed, or the bytes of an earlier try that came from the same
 * sender and went to the same address. Held with the sentence that says what is missing, or when a person approved another mail.
 */
export async function draftDelivery(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  sender: OpenSender,
  checked: CheckedRun,
): Promise<Draft | Held> {
  const { run, state, address, variant } = checked
  if (!address) return held('The contact has no valid e-mail address.')
  const { delivery } = state
  const messageId = delivery?.messageId ?? messageIdOf(deps, portalId, checked)
  const to = { recipient: address, keptEmail: state.contact.email ?? '', addressHash: hashAddress(portalId, address) }
  const base = { id: deps.ids(), run, messageId, ...to, senderId: sender.id, fromAddress: sender.address, variant }
  if (delivery?.frozen && delivery.recipient === address && delivery.senderId === sender.id) {
    return { checked, sender, delivery: { ...base, subject: null, mime: null, links: null, tracksOpens: false } }
  }
  if (!sender.replyTo) return held(NO_REPLY_ADDRESS)
  const rendered = renderStep(checked, { portal: batch.portal, labels: batch.labels, sender })
  if (typeof rendered === 'string') return held(rendered)
  if (readsOtherwise(state, run, rendered, sender)) return MUST_BE_READ_AGAIN
  const { html, ...tracked } = trackMail(deps, portalId, checked, rendered.html)
  const mime = await composeMail(deps, portalId, sender, {
    ...rendered,
    html,
    messageId,
    recipient: address,
    references: continuesEarlier(checked) ? presentConversation(checked.earlier) : [],
    enrollmentId: run.enrollmentId,
    sequence: { id: state.sequenceId, name: state.sequenceName },
  })
  return { checked, sender, delivery: { ...base, subject: rendered.subject, mime, ...tracked } }
}

/**
 * A step without a subject continues the conversation: the same subject, unchanged, and References to the mails before. Mailbox
 * providers ask that "Re:" stands only before answers (Gmail's sender guidelines), so none is added.
 */
function continuesEarlier({ state }: CheckedRun): boolean {
  return state.step?.kind === 'email' && !state.step.subject.trim()
}

/**
 * The same step of the same enrollment always has the same Message-ID; sending it once more (a later epoch) has another. The
 * portal stands in front, so that an answer finds its wall before anything is looked up; From and List-Id tell it anyway.
 */
function messageIdOf(deps: StepsDeps, portalId: number, { run }: CheckedRun): string {
  const digest = deps.vault.digest('message-id', `${portalId}|${run.enrollmentId}|${run.stepId}|${run.epoch}`)
  return `<${portalId}.${digest}@${deps.settings.mailDomain}>`
}
