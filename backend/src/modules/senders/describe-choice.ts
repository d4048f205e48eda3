import type { ChosenBecause, SenderChoice } from './choose-sender.ts'

const BECAUSE: Record<ChosenBecause, string> = {
  conversation: 'who wrote the mail before',
  owner: 'the sender of the deal’s owner',
  no_owner: 'the account’s default, because the deal has no owner',
  not_linked: 'the account’s default, because the deal’s owner has no sender',
  owner_unusable: 'the account’s default, because the owner’s sender cannot send now',
}

/** "From Ada Rep, the sender of the deal’s owner.": the sentence of the card. `accountName` is what the account's own sender is called. Pure. */
export function describeChoice(choice: SenderChoice, accountName: string): string {
  if (choice.kind === 'nobody') return choice.why
  return `From ${choice.sender.fromName ?? accountName}, ${BECAUSE[choice.because]}.`
}
