import { isDatabaseUnavailable } from '#db/is-database-unavailable.ts'
import type { Deps } from '#deps'
import type { FetchedMail, Mailbox } from '#mail/imap-mailbox.ts'
import { receiveMail } from './receive-mail.ts'

/** Why a mail in a mailbox is not handled. */
export interface MailFault {
  readonly error: unknown
  /** Its server did not give it out; otherwise we failed at it. */
  readonly unreadable: boolean
}

/**
 * Reads and handles one mail of a mailbox, and gives what went wrong with it; undefined also when somebody deleted it meanwhile. A
 * database that is away is thrown, and is no mail's fault. `onlyPortal`: see `IncomingMail`.
 */
export async function tryMail(
  deps: Deps,
  mailbox: Pick<Mailbox, 'read'>,
  uid: number,
  onlyPortal?: number,
): Promise<MailFault | undefined> {
  let mail: FetchedMail | undefined
  try {
    mail = await mailbox.read(uid)
  } catch (error) {
    return { error, unreadable: true }
  }
  if (!mail) return undefined
  try {
    const receivedAt = mail.receivedAt ?? deps.clock()
    const whose = onlyPortal === undefined ? {} : { onlyPortal }
    await receiveMail(deps, { raw: mail.raw, receivedAt, source: 'imap', ...whose })
    return undefined
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error
    return { error, unreadable: false }
  }
}
