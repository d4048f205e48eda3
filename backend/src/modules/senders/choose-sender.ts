import { mayUseAddress } from './may-use-address.ts'
import type { SenderRecord } from './sender-record.ts'

/** Everything a choice is made from. */
export interface SenderChoices {
  readonly senders: readonly SenderRecord[]
  /** By HubSpot's owner id. */
  readonly linked: ReadonlyMap<string, string>
  readonly mailDomain: string
}

export interface ChoiceFacts {
  /** HubSpot's id of the deal's owner. */
  readonly ownerId: string | null
  /** The sender that wrote the enrollment's last mail, or that a mail on its way is frozen with; null before the first mail. */
  readonly wroteBefore: string | null
}

/** `conversation`: wrote before. `owner`: owns the deal. The others: the default, and why not the owner. */
export type ChosenBecause = 'conversation' | 'owner' | 'no_owner' | 'not_linked' | 'owner_unusable'

export type SenderChoice =
  | { readonly kind: 'chosen'; readonly sender: SenderRecord; readonly because: ChosenBecause }
  /** Nobody can send it; the sentence says what to do. */
  | { readonly kind: 'nobody'; readonly why: string }

/**
 * Who a mail comes from. A conversation goes on in one name as long as that sender is usable, because a thread that another
 * person continues looks wrong; else the deal's owner writes, else the account's default. Pure.
 */
export function chooseSender(choices: SenderChoices, { ownerId, wroteBefore }: ChoiceFacts): SenderChoice {
  const find = (id: string | null | undefined) => choices.senders.find((sender) => sender.id === id)
  const before = find(wroteBefore)
  if (before && isUsable(before, choices)) return { kind: 'chosen', sender: before, because: 'conversation' }
  const ofOwner = find(ownerId === null ? null : choices.linked.get(ownerId))
  if (ofOwner && isUsable(ofOwner, choices)) return { kind: 'chosen', sender: ofOwner, because: 'owner' }
  const standard = choices.senders.find((sender) => sender.isDefault)
  if (standard && isUsable(standard, choices)) {
    return { kind: 'chosen', sender: standard, because: whyDefault(ownerId, ofOwner) }
  }
  const why =
    standard && !standard.active
      ? 'The default sender is switched off, and the deal’s owner has none that could send.'
      : 'The default sender’s domain does not name this account, and the deal’s owner has none that could send.'
  return { kind: 'nobody', why: `${why} Change it in the settings, then try again.` }
}

function isUsable(sender: SenderRecord, { mailDomain }: SenderChoices): boolean {
  return sender.active && mayUseAddress(sender, mailDomain)
}

function whyDefault(ownerId: string | null, ofOwner: SenderRecord | undefined): ChosenBecause {
  if (ownerId === null) return 'no_owner'
  return ofOwner ? 'owner_unusable' : 'not_linked'
}
