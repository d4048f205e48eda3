import { isAppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import type { Mailbox } from '#mail/imap-mailbox.ts'
import { isReadable } from '#mail/is-readable.ts'
import { type MailFault, tryMail } from '#modules/inbound/try-mail.ts'
import { claimMailbox, type MailboxLease, movePosition, releaseMailbox, type StoredPosition } from './repository.ts'

export interface MailboxReader {
  /** Reads what is new, a batch at most; how many mails it looked at. 0 also while another process reads. */
  pass(): Promise<number>
  /** Ends the connection and lets another process read at once. */
  stop(): Promise<void>
}

const BATCH = 50
/** Longer than one mail takes; a process that died keeps the others from reading for this long. */
const LEASE = Temporal.Duration.from({ minutes: 1 })
/**
 * A mail that failed this often is passed over: it stays in the mailbox, and a person is told. One that the server does not give out
 * only when a mail behind it can be read: otherwise it is the mailbox that fails.
 */
const TRIES = 5
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 300_000

/**
 * Reads a mailbox of the operator: one process at a time, each mail in order of its UID, and on from there after a restart. A
 * mail is handled before the position moves past it, and the same bytes act once, so none is lost and none acts twice.
 * When the server numbers the folder anew (another UIDVALIDITY), all of it is read again. Nothing in the mailbox is changed.
 */
export function makeMailboxReader(deps: Deps, mailbox: Mailbox): MailboxReader {
  const reader = deps.ids()
  let outages = 0
  let notBefore: Temporal.Instant | undefined
  const lease = (): MailboxLease => ({ mailbox: mailbox.key, reader, until: deps.clock().add(LEASE) })
  return {
    async pass() {
      if (notBefore && Temporal.Instant.compare(deps.clock(), notBefore) < 0) return 0
      const position = await claimMailbox(deps.db, lease(), deps.clock())
      if (!position) return 0
      try {
        const read = await readNews(deps, mailbox, position, lease)
        outages = 0
        deps.metrics.count('mailbox_reads_total', { outcome: 'read' })
        return read
      } catch (error) {
        if (!isAppError(error, 'mail_unavailable')) throw error
        const pause = Math.min(FIRST_PAUSE_MS * 2 ** outages++, LONGEST_PAUSE_MS)
        notBefore = deps.clock().add({ milliseconds: pause })
        deps.metrics.count('mailbox_reads_total', { outcome: 'failed' })
        if (!deps.stopping.aborted) deps.log.warn({ detail: error.message, outages }, 'mailbox could not be read')
        return 0
      }
    },
    async stop() {
      mailbox.close()
      // Without a database the lease runs out by itself.
      await releaseMailbox(deps.db, { mailbox: mailbox.key, reader }).catch(() => {})
    },
  }
}

async function readNews(
  deps: Deps,
  mailbox: Mailbox,
  stored: StoredPosition,
  lease: () => MailboxLease,
): Promise<number> {
  const { uidValidity, uids } = await mailbox.listAfter(stored)
  const isSame = uidValidity === stored.uidValidity
  if (!isSame && stored.uidValidity !== 0) {
    deps.log.warn({ mailbox: mailbox.name }, 'mailbox was numbered anew, all of it is read again')
    if (!(await movePosition(deps.db, lease(), { uidValidity, lastUid: 0, failures: 0 }))) return 0
  }
  let failures = isSame ? stored.failures : 0
  let read = 0
  for (const [at, uid] of uids.slice(0, BATCH).entries()) {
    if (deps.stopping.aborted) break
    const hold = () => movePosition(deps.db, lease(), { uidValidity, lastUid: uid - 1, failures })
    const isAtFault = failures >= TRIES && (await isReadable(mailbox, uids.slice(at + 1), hold))
    const fault = await tryMail(deps, mailbox, uid)
    failures = fault ? failures + 1 : 0
    const passesOver = fault !== undefined && (fault.unreadable ? isAtFault : failures >= TRIES)
    const lastUid = fault && !passesOver ? uid - 1 : uid
    const next = { uidValidity, lastUid, failures: passesOver ? 0 : failures }
    const passed = passesOver ? { at: deps.clock(), why: reasonOf(fault) } : undefined
    if (!(await movePosition(deps.db, lease(), next, passed))) break
    // What came before it was done, so the mailbox does not fail: the pauses begin anew.
    if (fault?.unreadable && !passesOver && read > 0) break
    if (fault && !passesOver) throw fault.error
    if (fault) {
      deps.metrics.count('mailbox_reads_total', { outcome: 'passed_over' })
      deps.log.error({ mailbox: mailbox.name, uid, err: fault.error }, 'incoming mail was passed over')
    }
    failures = next.failures
    read++
  }
  return read
}

/** For `mailbox_positions`: the server's words, but nothing of the mail. */
function reasonOf({ error, unreadable }: MailFault): string {
  return unreadable && error instanceof Error ? error.message : 'It could not be handled; the log has the error.'
}
