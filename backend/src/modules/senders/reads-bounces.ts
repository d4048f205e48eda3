import type { SenderRecord } from './sender-record.ts'

type Mailbox = Pick<SenderRecord, 'address' | 'replyTo' | 'smtpHost' | 'imapHost' | 'imapUser' | 'imapPassword'>

/**
 * Whether bounces of a sender's mails may come back to its own address: it has a mail server of its own, and its address's mailbox is
 * read. The mailbox that is entered is where answers arrive; when those go to another address, only the login tells whose it is. Pure.
 */
export function readsBounces({ address, replyTo, smtpHost, imapHost, imapUser, imapPassword }: Mailbox): boolean {
  if (address === null || smtpHost === null || imapHost === null || imapPassword === null) return false
  return replyTo === null || replyTo === address || imapUser?.toLowerCase() === address
}
