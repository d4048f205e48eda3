import { inPortal } from '#db/in-portal.ts'
import { admitMails } from '#modules/limits/admit-mails.ts'
import { hashAddress } from '#modules/suppressions/hash-address.ts'
import { MUST_BE_READ_AGAIN, readsOtherwise } from './approval.ts'
import type { CheckedRun } from './check-before-send.ts'
import { composeMail } from './compose-mail.ts'
import { insertDeliveries, type NewDelivery, type PreparedDelivery } from './delivery-repository.ts'
import { dueMailOf } from './due-mail.ts'
import type { LoadedBatch } from './load-runs.ts'
import { presentConversation } from './present-conversation.ts'
import { renderStep } from './render-step.ts'
import { type StepSender, senderOf } from './sender.ts'
import type { Settlement } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'
import { trackMail } from './track-mail.ts'

/** The sentence of a mail whose answers would be lost. */
export const NO_REPLY_ADDRESS = 'Nobody would get the answer. Set a reply address in the settings, then try again.'

/** A mail that is frozen in the outbox and may be handed over. */
export interface PreparedMail {
  readonly checked: CheckedRun
  readonly recipient: string
  readonly addressHash: Buffer
  readonly envelopeFrom: string
  readonly subject: string
  readonly mime: Buffer
}

export interface PreparedBatch {
  readonly mails: readonly PreparedMail[]
  /** Held because something in the mail is missing, or put off by a limit. */
  readonly settlements: readonly Settlement[]
  /** No longer ours to send: what changed decides. */
  readonly overtaken: readonly CheckedRun[]
}

interface Draft {
  readonly checked: CheckedRun
  readonly delivery: NewDelivery
}

/** Renders what has no frozen mail yet, and freezes in one short transaction what the portal's limits let go now. */
export async function prepareDeliveries(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  runs: readonly CheckedRun[],
): Promise<PreparedBatch> {
  const sender = senderOf(deps.settings, portalId, batch.portal)
  const settlements: Settlement[] = []
  const drafts: Draft[] = []
  for (const checked of runs) {
    const draft = await draftDelivery(deps, portalId, batch, sender, checked)
    if ('kind' in draft) settlements.push({ run: checked.run, outcome: draft })
    else drafts.push(draft)
  }
  if (drafts.length === 0) return { mails: [], settlements, overtaken: [] }
  const { frozen, admitted, deferred } = await freeze(deps, portalId, batch, sender, drafts)
  settlements.push(...deferred)
  const byRun = new Map(frozen.map((row) => [row.stepRunId, row]))
  const mails: PreparedMail[] = []
  const overtaken: CheckedRun[] = []
  for (const { checked, delivery } of admitted) {
    const row = byRun.get(checked.run.id)
    if (!row?.mime) overtaken.push(checked)
    else {
      mails.push({
        checked,
        recipient: row.recipient,
        addressHash: delivery.addressHash,
        envelopeFrom: bounceAddress(deps, portalId, checked),
        subject: row.subject ?? '',
        mime: row.mime,
      })
    }
  }
  return { mails, settlements, overtaken }
}

interface Frozen {
  readonly frozen: readonly PreparedDelivery[]
  readonly admitted: readonly Draft[]
  /** Wait for a limit. */
  readonly deferred: readonly Settlement[]
}

/** Counts and freezes in one transaction: a mail that is frozen counts, so the next worker does not count its place as free. */
function freeze(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  sender: StepSender,
  drafts: readonly Draft[],
): Promise<Frozen> {
  return inPortal(deps.db, portalId, async (trx) => {
    const moment = { now: deps.clock(), timeZone: batch.portal.timeZone }
    const limited = drafts.filter(({ checked }) => !checked.run.resend)
    const decisions = await admitMails(
      trx,
      portalId,
      limited.map(({ checked, delivery }) => dueMailOf(checked, delivery.recipient, portalId, sender)),
      moment,
    )
    const admitted: Draft[] = []
    const deferred: Settlement[] = []
    for (const draft of drafts) {
      const { run } = draft.checked
      const decision = decisions.get(run.id)
      if (decision?.kind !== 'later') admitted.push(draft)
      else {
        deferred.push({ run, outcome: { kind: 'later', dueAt: decision.until, why: decision.why, onPurpose: true } })
      }
    }
    const deliveries = admitted.map((draft) => draft.delivery)
    const frozen = deliveries.length > 0 ? await insertDeliveries(trx, portalId, deliveries, moment.now) : []
    return { frozen, admitted, deferred }
  })
}

type Held = Extract<Settlement['outcome'], { kind: 'held' }>

const held = (why: string): Held => ({ kind: 'held', why })

async function draftDelivery(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  sender: StepSender,
  checked: CheckedRun,
): Promise<Draft | Held> {
  const { run, state, address, variant } = checked
  if (!address) return held('The contact has no valid e-mail address.')
  const { delivery } = state
  const messageId = delivery?.messageId ?? messageIdOf(deps, portalId, checked)
  const addressHash = hashAddress(portalId, address)
  const base = { id: deps.ids(), run, messageId, recipient: address, addressHash, variant }
  if (delivery?.frozen && delivery.recipient === address) {
    return { checked, delivery: { ...base, subject: null, mime: null, links: null, tracksOpens: false } }
  }
  if (!sender.replyTo) return held(NO_REPLY_ADDRESS)
  const rendered = renderStep(checked, { portal: batch.portal, labels: batch.labels, sender })
  if (typeof rendered === 'string') return held(rendered)
  if (readsOtherwise(state, run, rendered)) return MUST_BE_READ_AGAIN
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
  return { checked, delivery: { ...base, subject: rendered.subject, mime, ...tracked } }
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

/** Where bounces come back to (VERP): a token that only we can make, naming portal and step run. 60 characters before the @. */
function bounceAddress(deps: StepsDeps, portalId: number, { run }: CheckedRun): string {
  return `bounces+${deps.vault.signBounce({ portalId, stepRunId: run.id })}@${deps.settings.mailDomain}`
}
