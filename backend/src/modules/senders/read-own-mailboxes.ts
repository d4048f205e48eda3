import { isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { isDatabaseUnavailable } from '#db/is-database-unavailable.ts'
import { holdTurn, releaseLane, type Turn, takeTurn } from '#db/lanes.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import type { Mailbox } from '#mail/imap-mailbox.ts'
import { receiveMail } from '#modules/inbound/receive-mail.ts'
import { MAILBOXES } from './mailbox-lane.ts'
import { findMailbox, type MailboxRecord, setMailboxProblem, setPosition } from './mailbox-repository.ts'
import { imapPasswordOf } from './sealed-columns.ts'

/** Between two looks into a mailbox; an answer should stop the next mail, and a mail server does not want to be asked often. */
const EVERY = Temporal.Duration.from({ minutes: 1 })
/** After failures, up to an hour. */
const LONGEST_MINUTES = 60
/** Mails of one look. */
const BATCH = 20
/** A mail that failed this often is passed over: it stays in the mailbox, and the operator is told. */
const TRIES = 5

/**
 * One pass over the next portal in which a sender's mailbox is to be read: what came since the last look is handled as the
 * operator's mail is, and only where it is about a mail of this portal. What was there before the first look is never read, and
 * nothing is changed in the mailbox or kept of a mail that is about none of ours. The lane's lease keeps other workers away.
 */
export function readOwnMailboxes(deps: Deps, afterPortal: number, busy: Set<number>): Promise<Served | undefined> {
  const next = { kind: MAILBOXES, afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, async (portalId) => {
    const now = deps.clock()
    const leaseUntil = now.add(deps.leases.timeline)
    const lease = deps.ids()
    const turn = await takeTurn(deps.db, { kind: MAILBOXES, portalId, now, limit: 1, leaseUntil, lease })
    const [lane] = turn.lanes
    if (lane) await serve(deps, turn, lane)
    return turn.lanes.length
  })
}

async function serve(deps: Deps, turn: Turn, { key, attempts }: Turn['lanes'][number]): Promise<void> {
  const { portalId } = turn
  const record = await inPortal(deps.db, portalId, (trx) => findMailbox(trx, portalId, key))
  const { imapHost: host, imapPort: port, imapTls: tls, imapUser: user, imapPassword: sealed } = record ?? {}
  // Attempts count what went wrong last: looks that failed while there is a problem, else tries of one mail.
  const [outages, tries] = record?.imapProblem ? [attempts, 0] : [0, attempts]
  const end = (next: Next | null) => finish(deps, turn, key, record, next)
  if (!record || !host || !port || !tls || !user || !sealed) return end(null)
  let mailbox: Mailbox | undefined
  try {
    const pass = await deps.vault.open(sealed, imapPasswordOf(portalId))
    mailbox = await deps.ownMailboxes.open({ host, port, tls, user, pass })
    const { more, failures } = await readNews(deps, portalId, key, { record, mailbox, tries })
    const dueAt = more ? deps.clock() : deps.clock().add(EVERY)
    await end({ dueAt, problem: null, attempts: failures })
  } catch (error) {
    if (!isAppError(error)) throw error
    deps.log.warn({ portalId, senderId: key, detail: error.message }, 'mailbox of a sender could not be read')
    const minutes = Math.min(2 ** outages, LONGEST_MINUTES)
    await end({ dueAt: deps.clock().add({ minutes }), problem: error.message, attempts: outages + 1 })
  } finally {
    mailbox?.close()
  }
}

interface Look {
  readonly record: MailboxRecord
  readonly mailbox: Mailbox
  /** How often the first mail that is not read yet failed. */
  readonly tries: number
}

async function readNews(
  deps: Deps,
  portalId: number,
  senderId: string,
  { record, mailbox, tries }: Look,
): Promise<{ more: boolean; failures: number }> {
  const known = { uidValidity: record.imapUidValidity, lastUid: record.imapLastUid }
  const { uidValidity, uids } = await mailbox.listAfter(known)
  const moveTo = (imapLastUid: number) =>
    inPortal(deps.db, portalId, (trx) =>
      setPosition(trx, portalId, senderId, record, { imapUidValidity: uidValidity, imapLastUid }),
    )
  if (uidValidity !== known.uidValidity) {
    if (known.uidValidity !== 0) deps.log.warn({ portalId, senderId }, 'mailbox of a sender was numbered anew')
    await moveTo(uids.at(-1) ?? 0)
    return { more: false, failures: 0 }
  }
  for (const uid of uids.slice(0, BATCH)) {
    if (deps.stopping.aborted) break
    const failed = await handleOne(deps, portalId, mailbox, uid)
    const failures = uid === uids[0] ? tries + 1 : 1
    if (failed && failures < TRIES) return { more: false, failures }
    if (failed) deps.log.error({ portalId, senderId, uid, err: failed.error }, 'incoming mail was passed over')
    await moveTo(uid)
  }
  return { more: uids.length > BATCH, failures: 0 }
}

/** What went wrong with this mail itself; a mailbox or a database that is away is thrown, and is no mail's fault. */
async function handleOne(
  deps: Deps,
  portalId: number,
  mailbox: Mailbox,
  uid: number,
): Promise<{ error: unknown } | undefined> {
  const mail = await mailbox.read(uid)
  if (!mail) return undefined
  try {
    const receivedAt = mail.receivedAt ?? deps.clock()
    await receiveMail(deps, { raw: mail.raw, receivedAt, source: 'imap', onlyPortal: portalId })
    return undefined
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error
    return { error }
  }
}

interface Next {
  readonly dueAt: Temporal.Instant
  readonly problem: string | null
  readonly attempts: number
}

/**
 * Null: the mailbox is read no more. What was found out with a login that was entered or changed meanwhile is about another one, and
 * must neither be told of it nor make it wait.
 */
async function finish(
  deps: Deps,
  turn: Turn,
  senderId: string,
  looked: MailboxRecord | undefined,
  found: Next | null,
): Promise<void> {
  const { portalId } = turn
  await inPortal(deps.db, portalId, async (trx) => {
    if (!(await holdTurn(trx, MAILBOXES, turn)).has(senderId)) return
    const isSame = sameLogin(await findMailbox(trx, portalId, senderId), looked)
    const next = isSame ? found : { dueAt: deps.clock(), problem: null, attempts: 0 }
    if (next) await setMailboxProblem(trx, portalId, senderId, next.problem)
    await releaseLane(trx, MAILBOXES, portalId, senderId, next && { dueAt: next.dueAt, attempts: next.attempts })
  })
}

function sameLogin(one: MailboxRecord | undefined, other: MailboxRecord | undefined): boolean {
  const fields = ['imapHost', 'imapPort', 'imapTls', 'imapUser', 'imapPassword'] as const
  return fields.every((field) => one?.[field] === other?.[field])
}
