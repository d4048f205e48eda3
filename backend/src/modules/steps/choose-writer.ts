import type { AppSettings } from '#deps'
import { type ChoiceFacts, chooseSender, type SenderChoices } from '#modules/senders/choose-sender.ts'
import type { SenderRecord } from '#modules/senders/sender-record.ts'
import type { CheckedRun } from './check-before-send.ts'
import { type StepSender, senderOf } from './sender.ts'
import type { PortalState } from './state-repository.ts'

/** Whom a portal's mails may come from. */
export interface Writers {
  readonly portal: PortalState
  readonly senders: SenderChoices
}

/** Why nobody can write a mail, as a sentence. */
export interface NoWriter {
  readonly held: string
}

export interface Writer {
  readonly sender: StepSender
  readonly record: SenderRecord
}

/**
 * Who writes the mail of a run, from what HubSpot just said about the deal's owner, else from what is kept of the deal. A mail that
 * is frozen stays with its sender. Pure.
 */
export function chooseWriter(
  settings: Pick<AppSettings, 'mailDomain'>,
  portalId: number,
  writers: Writers,
  {
    state,
    told,
  }: Pick<CheckedRun, 'told'> & { readonly state: Pick<CheckedRun['state'], 'delivery' | 'deal' | 'lastSenderId'> },
): Writer | NoWriter {
  const { delivery, deal, lastSenderId } = state
  return chooseAmong(settings, portalId, writers, {
    ownerId: told ? told.ownerId : (deal?.ownerId ?? null),
    wroteBefore: delivery?.frozen ? delivery.senderId : lastSenderId,
  })
}

/** The same by the facts of a choice alone. Pure. */
export function chooseAmong(
  settings: Pick<AppSettings, 'mailDomain'>,
  portalId: number,
  { portal, senders }: Writers,
  facts: ChoiceFacts,
): Writer | NoWriter {
  const choice = chooseSender(senders, facts)
  if (choice.kind === 'nobody') return { held: choice.why }
  return { record: choice.sender, sender: senderOf(settings, portalId, portal, choice.sender) }
}
