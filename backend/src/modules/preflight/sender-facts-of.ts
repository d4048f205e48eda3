import type { AppSettings } from '#deps'
import type { MailFacts } from '#modules/steps/get-mail-facts.ts'
import { senderOf } from '#modules/steps/sender.ts'
import type { SenderFacts } from './check-sender.ts'

/** What mails say about their sender. A postal address counts only when somebody saved one: the account's name is none. Pure. */
export function senderFactsOf(
  settings: Pick<AppSettings, 'mailDomain'>,
  portalId: number,
  { portal }: MailFacts,
): SenderFacts {
  return { replyTo: senderOf(settings, portalId, portal).replyTo ?? '', postalAddress: portal.postalAddress ?? '' }
}
