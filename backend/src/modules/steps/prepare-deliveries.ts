import { inPortal } from '#db/in-portal.ts'
import { admitMails } from '#modules/limits/admit-mails.ts'
import { envelopeOf } from '#modules/senders/envelope-of.ts'
import type { CheckedRun } from './check-before-send.ts'
import { insertDeliveries, lockRecipients, type PreparedDelivery } from './delivery-repository.ts'
import { type Draft, draftDelivery } from './draft-delivery.ts'
import { dueMailOf } from './due-mail.ts'
import type { LoadedBatch } from './load-runs.ts'
import { pickSender } from './pick-sender.ts'
import type { OpenSender } from './sender.ts'
import type { Settlement } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'

/** A mail that is frozen in the outbox and may be handed over. */
export interface PreparedMail {
  readonly checked: CheckedRun
  readonly recipient: string
  readonly addressHash: Buffer
  readonly sender: OpenSender
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

/**
 * Chooses who writes, renders what has no frozen mail yet, and freezes in one short transaction what the limits of the portal and
 * its senders let go now.
 */
export async function prepareDeliveries(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  runs: readonly CheckedRun[],
): Promise<PreparedBatch> {
  const settlements: Settlement[] = []
  const drafts: Draft[] = []
  const senders = new Map<string, OpenSender>()
  for (const checked of runs) {
    const sender = await pickSender(deps, portalId, batch, checked, senders)
    if ('held' in sender) {
      settlements.push({ run: checked.run, outcome: { kind: 'held', why: sender.held } })
      continue
    }
    const draft = await draftDelivery(deps, portalId, batch, sender, checked)
    if ('kind' in draft) settlements.push({ run: checked.run, outcome: draft })
    else drafts.push(draft)
  }
  if (drafts.length === 0) return { mails: [], settlements, overtaken: [] }
  const { frozen, admitted, deferred } = await freeze(deps, portalId, batch, drafts)
  settlements.push(...deferred)
  const { vault, settings } = deps
  const byRun = new Map(frozen.map((row) => [row.stepRunId, row]))
  const mails: PreparedMail[] = []
  const overtaken: CheckedRun[] = []
  for (const { checked, sender, delivery } of admitted) {
    const row = byRun.get(checked.run.id)
    if (!row?.mime) overtaken.push(checked)
    else {
      mails.push({
        checked,
        recipient: row.recipient,
        addressHash: delivery.addressHash,
        sender,
        envelopeFrom: envelopeOf({ vault, mailDomain: settings.mailDomain }, sender, {
          portalId,
          stepRunId: row.stepRunId,
        }),
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
function freeze(deps: StepsDeps, portalId: number, batch: LoadedBatch, drafts: readonly Draft[]): Promise<Frozen> {
  return inPortal(deps.db, portalId, async (trx) => {
    const moment = { now: deps.clock(), timeZone: batch.portal.timeZone }
    const limited = drafts.filter(({ checked }) => !checked.run.resend)
    const decisions = await admitMails(
      trx,
      portalId,
      limited.map(({ checked, delivery, sender }) => dueMailOf(checked, delivery.recipient, portalId, sender)),
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
    await lockRecipients(
      trx,
      portalId,
      admitted.map(({ checked }) => checked.state.personId),
    )
    const frozen = deliveries.length > 0 ? await insertDeliveries(trx, portalId, deliveries, moment.now) : []
    return { frozen, admitted, deferred }
  })
}
