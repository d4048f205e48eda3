import { isAppError } from '#core/errors.ts'
import type { Mailbox } from './imap-mailbox.ts'

/**
 * Whether a mail can be fetched. Where the one before it could not, again and again, this tells a mail that its server cannot give out
 * from a mailbox that cannot be read.
 */
export async function isReadable(mailbox: Pick<Mailbox, 'read'>, uid: number | undefined): Promise<boolean> {
  if (uid === undefined) return false
  try {
    return (await mailbox.read(uid)) !== undefined
  } catch (error) {
    if (!isAppError(error, 'mail_unavailable')) throw error
    return false
  }
}
