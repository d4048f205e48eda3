import { isAppError } from '#core/errors.ts'
import { composeMime } from '#mail/compose-mime.ts'
import { type RenderedMail, renderMail } from '#mail/render-mail.ts'
import { signMail } from '#mail/sign-mail.ts'
import { withSignature } from '#mail/with-signature.ts'
import { domainOf } from '#modules/senders/domain-of.ts'
import { hashAddress } from '#modules/suppressions/hash-address.ts'
import type { CheckedRun } from './check-before-send.ts'
import type { NewDelivery } from './delivery-repository.ts'
import type { LoadedBatch } from './load-runs.ts'
import { mergeValuesOf } from './merge-values.ts'
import { presentConversation } from './present-conversation.ts'
import type { StepSender } from './sender.ts'
import type { StepsDeps } from './steps-deps.ts'

export interface Draft {
  readonly checked: CheckedRun
  readonly sender: StepSender
  readonly delivery: NewDelivery
}

/**
 * The mail of a run as it will be frozen: rendered, composed and signed, or the bytes of an earlier try that came from the same
 * sender and went to the same address. `held` is the sentence that says what is missing.
 */
export async function draftDelivery(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  sender: StepSender,
  checked: CheckedRun,
): Promise<Draft | { held: string }> {
  const { run, state, address } = checked
  if (!address) return { held: 'The contact has no valid e-mail address.' }
  const { delivery } = state
  const messageId = delivery?.messageId ?? messageIdOf(deps, portalId, checked)
  const to = { recipient: address, addressHash: hashAddress(portalId, address) }
  const base = { id: deps.ids(), run, messageId, ...to, senderId: sender.id, fromAddress: sender.address }
  if (delivery?.frozen && delivery.recipient === address && delivery.senderId === sender.id) {
    return { checked, sender, delivery: { ...base, subject: null, mime: null } }
  }
  if (!sender.replyTo)
    return { held: 'Nobody would get the answer. Set a reply address in the settings, then try again.' }
  const rendered = render(batch, sender, checked)
  if (typeof rendered === 'string') return { held: rendered }
  const mime = await compose(deps, portalId, sender, checked, { ...rendered, messageId, recipient: address })
  return { checked, sender, delivery: { ...base, subject: rendered.subject, mime } }
}

/** The final bytes, signed when there is a DKIM key for the domain of the From address and the portal may use it. */
async function compose(
  deps: StepsDeps,
  portalId: number,
  sender: StepSender,
  checked: CheckedRun,
  mail: RenderedMail & { readonly messageId: string; readonly recipient: string },
): Promise<Buffer> {
  const { run, state } = checked
  const { mailDomain, publicUrl, dkimKeys, readsMail } = deps.settings
  const claims = { purpose: 'unsubscribe', portalId, enrollmentId: run.enrollmentId } as const
  const now = deps.clock()
  const mime = await composeMime({
    ...mail,
    from: sender,
    replyTo: sender.replyTo ?? null,
    date: now,
    references: continuesEarlier(checked) ? presentConversation(checked.earlier) : [],
    unsubscribe: {
      url: `${publicUrl}/unsubscribe/${await deps.vault.signLink(claims)}`,
      address: readsMail ? `unsubscribe+${deps.vault.signAddress(claims)}@${mailDomain}` : undefined,
    },
    list: { sequenceId: state.sequenceId, sequenceName: state.sequenceName, portalId, domain: mailDomain },
    postalAddress: sender.postalAddress,
  })
  const key = sender.maySign ? dkimKeys.find(({ domain }) => domain === domainOf(sender.address)) : undefined
  return key ? signMail(mime, key, now) : mime
}

/** The mail, or the sentence that says what is missing. */
function render(batch: LoadedBatch, sender: StepSender, checked: CheckedRun): RenderedMail | string {
  const { step } = checked.state
  if (step?.kind !== 'email') return 'This step is missing from its sequence version. Skip it.'
  try {
    const values = mergeValuesOf(checked.state, checked.told, batch.portal, sender, batch.labels)
    const rendered = withSignature(renderMail(step, values), sender.signature, values)
    if ('unfilled' in rendered) {
      return `No value for ${rendered.unfilled.join(', ')}. Fill it in HubSpot, then try again.`
    }
    const subject = rendered.subject || checked.earlier.at(-1)?.subject
    if (subject) return { ...rendered, subject }
    return 'The step has no subject, and no mail was sent before it whose subject it could continue. Skip it.'
  } catch (error) {
    if (isAppError(error, 'template_invalid')) return error.message
    throw error
  }
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
