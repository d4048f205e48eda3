import PostalMime from 'postal-mime'
import type { NewEmail } from '#hubspot/emails.ts'
import type { MailToRecord } from './record-repository.ts'

/**
 * A sent mail as HubSpot shall show it: its text only, without the links that unsubscribe, which are the recipient's alone: a
 * colleague who follows one from the record would end the contact's mails. Undefined for a mail whose content was erased.
 */
export async function toEmail(
  { deliveryId, mime, subject, recipient, sentAt, dealId, contactId }: MailToRecord,
  publicUrl: string,
): Promise<NewEmail | undefined> {
  if (!mime || recipient === null) return undefined
  const mail = await PostalMime.parse(mime)
  const text = (mail.text ?? '').replaceAll(/https?:\/\/\S+/g, (url) =>
    url.startsWith(`${publicUrl}/unsubscribe/`) ? '(unsubscribe link)' : url,
  )
  const from = mail.from?.address ?? ''
  return { id: deliveryId, sentAt, subject: subject ?? '', text, from, to: recipient, contactId, dealId }
}
