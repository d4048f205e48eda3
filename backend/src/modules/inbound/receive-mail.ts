import { createHash } from 'node:crypto'
import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { cleanLine } from '#mail/clean-text.ts'
import { noteBounces } from '#modules/limits/note-bounces.ts'
import { applyEffect } from './apply-effect.ts'
import type { Classification } from './classification.ts'
import { classifyMessage } from './classify-message.ts'
import { decideEffect, type Effect } from './decide-effect.ts'
import { type Answerer, findAnswerer } from './find-answerer.ts'
import { findSentMail, type SentMail } from './find-sent-mail.ts'
import { findMailedEnrollment, insertIncomingMail } from './repository.ts'

/** A raw mail and what the way it came says about it. */
export interface IncomingMail {
  /** RFC 5322; at most the first MiB is read. */
  readonly raw: Uint8Array
  readonly receivedAt: Temporal.Instant
  readonly source: 'imap' | 'mime'
  /** RCPT TO and MAIL FROM, where known. */
  readonly envelopeRecipient?: string | undefined
  readonly envelopeSender?: string | undefined
  /** Whose mailbox it came from: a mail about another portal's is unrelated there. Absent: the operator's. */
  readonly onlyPortal?: number
}

/** `unrelated`: it leads to no mail of ours, and nothing of it is kept. */
export type ReceiveOutcome = 'handled' | 'duplicate' | 'unrelated'

const EVIDENCE = 20

/**
 * Handles one incoming mail: says what it is, finds the mail of ours that it is about, and does what follows from it, all in
 * one transaction with the row that keeps it from being handled twice. The same bytes act once. Throws only what the database
 * throws; then nothing has happened, and the mail must be handed in again.
 */
export async function receiveMail(deps: Deps, mail: IncomingMail): Promise<ReceiveOutcome> {
  const { mailDomain } = deps.settings
  const classification = await classifyMessage(mail.raw, {
    receivedOn: mail.receivedAt.toZonedDateTimeISO('UTC').toPlainDate(),
    envelopeRecipient: mail.envelopeRecipient,
    envelopeSender: mail.envelopeSender,
    unsubscribeAddress: `unsubscribe@${mailDomain}`,
    bounceAddress: `bounces@${mailDomain}`,
  })
  const sent = await findSentMail(deps, classification, mail.onlyPortal)
  const outcome = sent ? await handle(deps, mail, classification, sent) : 'unrelated'
  deps.metrics.count('incoming_mails_total', { kind: classification.kind, outcome })
  return outcome
}

async function handle(
  deps: Deps,
  mail: IncomingMail,
  classification: Classification,
  sent: SentMail,
): Promise<ReceiveOutcome> {
  const { portalId } = sent
  const id = deps.ids()
  let effect: Effect = { kind: 'none' }
  const outcome = await inPortal(deps.db, portalId, async (trx): Promise<ReceiveOutcome> => {
    const enrollment = await findMailedEnrollment(trx, portalId, sent.enrollmentId, sent.stepRunId)
    if (!enrollment) return 'unrelated'
    const { recipient } = sent
    const place = { portalId, mailDomain: deps.settings.mailDomain }
    const answerer =
      classification.kind === 'human_reply'
        ? await findAnswerer(trx, place, classification.from, { enrollment, recipient })
        : undefined
    effect = decideEffect(classification, recipient, answerer)
    const portal: PortalContext = { portalId, actor: actorOf(classification, answerer), requestId: id }
    const isNew = await insertIncomingMail(trx, {
      portalId,
      id,
      contentHash: createHash('sha256').update(mail.raw).digest(),
      source: mail.source,
      receivedAt: mail.receivedAt,
      handledAt: deps.clock(),
      kind: classification.kind,
      effect: effect.kind,
      evidence: JSON.stringify(evidenceOf(classification, sent, answerer)),
      enrollmentId: sent.enrollmentId,
      deliveryId: sent.deliveryId,
    })
    if (!isNew) return 'duplicate'
    await applyEffect(deps, trx, portal, { effect, enrollment, recipient, receivedAt: mail.receivedAt })
    if (effect.kind === 'bounced' && sent.stepRunId) await noteBounces(deps, trx, portal, [sent.stepRunId])
    return 'handled'
  })
  const { enrollmentId } = sent
  deps.log.info(
    { portalId, enrollmentId, kind: classification.kind, effect: effect.kind, outcome },
    'incoming mail handled',
  )
  return outcome
}

/** A bounce is a mail system's word, and an answer may be somebody else's; everything else comes from the recipient or their mailbox. */
function actorOf({ kind }: Classification, answerer: Answerer | undefined): PortalContext['actor'] {
  const isOfOthers = answerer?.kind === 'team' || answerer?.kind === 'someone'
  return { kind: kind === 'bounce' || isOfOthers ? 'worker' : 'recipient' }
}

const WHO: Readonly<Record<Answerer['kind'], string>> = {
  contact: 'It came from the address of the contact.',
  other_contact: 'It came from the address of another contact of the deal.',
  team: 'It came from an address of the account’s own people.',
  someone: 'It came from an address that is neither the contact’s nor one of the account’s own people.',
}

/** Without addresses: those stay in the mailbox, where an erasure does not reach. Without what a database refuses to keep. */
function evidenceOf({ evidence }: Classification, { by }: SentMail, answerer: Answerer | undefined): string[] {
  const who = answerer ? [WHO[answerer.kind]] : []
  return [...evidence.slice(0, EVIDENCE), ...who, `It was found by its ${by}.`].map((sentence) =>
    cleanLine(sentence.replace(/[^\s<>"]+@[^\s<>":,;]+/g, 'the address').slice(0, 500)),
  )
}
