import { isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, type Turn, takeTurn } from '#db/lanes.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import type { Mailbox } from '#mail/imap-mailbox.ts'
import { MAILBOXES } from './mailbox-lane.ts'
import { findMailbox, type MailboxRecord, setLookedAt, setMailboxProblem } from './mailbox-repository.ts'
import { readNews } from './read-news.ts'
import { imapPasswordOf } from './sealed-columns.ts'

/** Between two looks into a mailbox; an answer should stop the next mail, and a mail server does not want to be asked often. */
const EVERY = Temporal.Duration.from({ minutes: 1 })
/** After failures, up to an hour. */
const LONGEST_MINUTES = 60

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

/** `attempts`: how many looks failed one after another. */
async function serve(deps: Deps, turn: Turn, { key, attempts }: Turn['lanes'][number]): Promise<void> {
  const { portalId } = turn
  const record = await inPortal(deps.db, portalId, (trx) => findMailbox(trx, portalId, key))
  const { imapHost: host, imapPort: port, imapTls: tls, imapUser: user, imapPassword: sealed } = record ?? {}
  const end = (next: Next | null) => finish(deps, turn, key, record, next)
  if (!record || !host || !port || !tls || !user || !sealed) return end(null)
  const begun = deps.clock()
  let mailbox: Mailbox | undefined
  try {
    const pass = await deps.vault.open(sealed, imapPasswordOf(portalId))
    mailbox = await deps.ownMailboxes.open({ host, port, tls, user, pass })
    const look = await readNews(deps, portalId, key, { record, mailbox })
    const dueAt = look.kind === 'more' ? deps.clock() : deps.clock().add(EVERY)
    const lookedAt = look.kind === 'all' ? begun : null
    await end({ dueAt, problem: look.kind === 'stuck' ? look.problem : null, attempts: 0, lookedAt })
  } catch (error) {
    if (!isAppError(error)) throw error
    deps.log.warn({ portalId, senderId: key, detail: error.message }, 'mailbox of a sender could not be read')
    const dueAt = deps.clock().add({ minutes: Math.min(2 ** attempts, LONGEST_MINUTES) })
    await end({ dueAt, problem: error.message, attempts: attempts + 1, lookedAt: null })
  } finally {
    mailbox?.close()
  }
}

interface Next {
  readonly dueAt: Temporal.Instant
  readonly problem: string | null
  readonly attempts: number
  /** When the look began that read all there was; null for another look. */
  readonly lookedAt: Temporal.Instant | null
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
    const next = isSame ? found : { dueAt: deps.clock(), problem: null, attempts: 0, lookedAt: null }
    if (next) await setMailboxProblem(trx, portalId, senderId, next.problem)
    if (next?.lookedAt) await setLookedAt(trx, portalId, senderId, next.lookedAt)
    await releaseLane(trx, MAILBOXES, portalId, senderId, next && { dueAt: next.dueAt, attempts: next.attempts })
  })
}

function sameLogin(one: MailboxRecord | undefined, other: MailboxRecord | undefined): boolean {
  const fields = ['imapHost', 'imapPort', 'imapTls', 'imapUser', 'imapPassword'] as const
  return fields.every((field) => one?.[field] === other?.[field])
}
