import { isAppError } from '#core/errors.ts'
import type { Mailbox } from './imap-mailbox.ts'

/**
 * Whether a mail behind one that could not be fetched, again and again, can be: this tells a mail that its server cannot give out from
 * a mailbox that cannot be read. The next and the last are asked for, because several in a row may be bad. `afterEach` follows each,
 * which may have taken as long as a silent server is waited for.
 */
export async function isReadable(
  mailbox: Pick<Mailbox, 'read'>,
  behind: readonly number[],
  afterEach?: () => Promise<unknown>,
): Promise<boolean> {
  for (const uid of new Set([...behind.slice(0, 1), ...behind.slice(-1)])) {
    const isRead = await canRead(mailbox, uid)
    await afterEach?.()
    if (isRead) return true
  }
  return false
}

async function canRead(mailbox: Pick<Mailbox, 'read'>, uid: number): Promise<boolean> {
  try {
    return (await mailbox.read(uid)) !== undefined
  } catch (error) {
    if (!isAppError(error, 'mail_unavailable')) throw error
    return false
  }
}
