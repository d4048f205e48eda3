import type { AppSettings } from '#deps'
import { writerOf } from '#modules/previews/writer-of.ts'
import type { MailFacts } from '#modules/steps/get-mail-facts.ts'
import type { SenderFacts } from './check-sender.ts'

/** What mails say about their sender, the default one. A postal address counts only when somebody saved one: the account's name is none. Pure. */
export function senderFactsOf(
  settings: Pick<AppSettings, 'mailDomain'>,
  portalId: number,
  facts: MailFacts,
): SenderFacts {
  const { sender } = writerOf(settings, portalId, facts, undefined)
  return { replyTo: sender.replyTo ?? '', postalAddress: facts.portal.postalAddress ?? '' }
}
