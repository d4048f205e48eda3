import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Mailbox } from '#mail/imap-mailbox.ts'
import { isReadable } from '#mail/is-readable.ts'
import { tryMail } from '#modules/inbound/try-mail.ts'
import { type MailboxRecord, setPosition } from './mailbox-repository.ts'
import { passOverMail } from './pass-over-mail.ts'

/** Mails of one look. */
const BATCH = 20
/** A mail that failed this often is passed over: it stays in the mailbox, and people are told. */
const TRIES = 5
/** How far the clocks of a mail server and ours may be apart. */
const CLOCKS = Temporal.Duration.from({ hours: 1 })

/** What a look into a mailbox came to. `stuck`: at a mail that could not be handled, or not be read, which is a problem then. */
export type Look =
  | { readonly kind: 'all' }
  | { readonly kind: 'more' }
  | { readonly kind: 'stuck'; problem: string | null }

/**
 * Handles what came into a sender's mailbox since the last look, in order. A mail that fails is tried again by the next look; after
 * the fifth time it is passed over, and one that its server does not give out only when a mail behind it can be read: otherwise it
 * may be the mailbox that fails. Throws `AppError('mail_unavailable')` when not even the list can be read.
 */
export async function readNews(
  deps: Deps,
  portalId: number,
  senderId: string,
  { record, mailbox }: { readonly record: MailboxRecord; readonly mailbox: Mailbox },
): Promise<Look> {
  const known = { uidValidity: record.imapUidValidity, lastUid: record.imapLastUid }
  const { uidValidity, uids } = await mailbox.listAfter(known)
  const moveTo = (imapLastUid: number, imapTries: number) =>
    inPortal(deps.db, portalId, (trx) =>
      setPosition(trx, portalId, senderId, record, { imapUidValidity: uidValidity, imapLastUid, imapTries }),
    )
  let { lastUid } = known
  let tries = record.imapTries
  if (uidValidity !== known.uidValidity) {
    if (known.uidValidity !== 0) deps.log.warn({ portalId, senderId }, 'mailbox of a sender was numbered anew')
    lastUid = await placeAmong(uids, record, mailbox)
    tries = 0
    await moveTo(lastUid, tries)
  }
  const news = uids.filter((uid) => uid > lastUid)
  for (const [at, uid] of news.slice(0, BATCH).entries()) {
    if (deps.stopping.aborted) return { kind: 'more' }
    // Asked before it is tried once more: a server that hangs on it would leave no time afterwards.
    const isAtFault = tries >= TRIES && (await isReadable(mailbox, news.slice(at + 1)))
    const fault = await tryMail(deps, mailbox, uid, portalId)
    const isGivenUp = fault !== undefined && (fault.unreadable ? isAtFault : tries + 1 >= TRIES)
    if (fault && !isGivenUp) {
      // Beyond that it only waits for a mail behind it that can be read: nothing to write down or to log every minute.
      if (tries < TRIES) {
        await moveTo(lastUid, tries + 1)
        deps.log.warn({ portalId, senderId, uid, err: fault.error }, 'incoming mail failed, it is tried again')
      }
      return { kind: 'stuck', problem: fault.unreadable ? messageOf(fault.error) : null }
    }
    if (fault) {
      deps.log.error({ portalId, senderId, uid, err: fault.error }, 'incoming mail was passed over')
      const why = fault.unreadable ? messageOf(fault.error) : 'Stagecue could not handle it'
      await passOverMail(deps, portalId, senderId, record, { uidValidity, uid, why })
    } else {
      await moveTo(uid, 0)
    }
    lastUid = uid
    tries = 0
  }
  return { kind: news.length > BATCH ? 'more' : 'all' }
}

/**
 * The UID after which a mailbox is read that is new to us, or that its server numbered anew. What was there before the first look is
 * never read. Afterwards a day's numbers mean nothing any more, but the moments at which mails came do: all that came since the last
 * look is read, and a mail that was read before acts once.
 */
async function placeAmong(uids: readonly number[], record: MailboxRecord, mailbox: Mailbox): Promise<number> {
  const { imapUidValidity, imapBegunAt: begunAt, imapLookedAt: lookedAt } = record
  const end = uids.at(-1) ?? 0
  if (imapUidValidity === 0 || uids.length === 0 || !begunAt || !lookedAt) return end
  const around = lookedAt.subtract(CLOCKS)
  const first = await mailbox.firstSince(Temporal.Instant.compare(around, begunAt) < 0 ? begunAt : around)
  return first === undefined ? end : first - 1
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
