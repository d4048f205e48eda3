import { isIP } from 'node:net'
import type { Sleep } from '#core/clock.ts'
import type { Dns } from '#core/dns.ts'
import { AppError } from '#core/errors.ts'
import { type Mailbox, openImapMailbox } from './imap-mailbox.ts'
import { isThisMachine } from './is-this-machine.ts'
import { type MayReach, reachServer, refusalOf } from './reach-server.ts'

/** The mailbox of one sender, with its password in the clear: never stored, never logged. */
export interface OwnMailbox {
  readonly host: string
  readonly port: number
  readonly tls: 'tls' | 'starttls'
  readonly user: string
  readonly pass: string
}

/** Opens the inboxes of senders. */
export interface OwnMailboxes {
  /** Why we would never connect there, as a sentence; undefined for a mailbox that may be tried. Asks nobody. */
  refusal(mailbox: Pick<OwnMailbox, 'host' | 'port'>): string | undefined
  /** Resolves and checks the host; connects at the first use. Throws `AppError('mail_unavailable')`. Whoever opens it closes it. */
  open(mailbox: OwnMailbox): Promise<Mailbox>
}

/** Long for an inbox on a slow line, and shorter than the lease that a look has. */
const LOOK_MS = 240_000

export interface OwnMailboxesOptions {
  readonly dns: Dns
  readonly mayReach: MayReach
  readonly sleep: Sleep
  /** How long a mailbox may be open in all, in milliseconds. */
  readonly lookMs?: number
}

/** By the rules of `createOwnServers`: the address that was checked is the one that is connected to, and TLS is never left out. */
export function createOwnMailboxes({ dns, mayReach, sleep, lookMs = LOOK_MS }: OwnMailboxesOptions): OwnMailboxes {
  return {
    refusal: (mailbox) => refusalOf(mayReach, mailbox),
    async open({ host, port, tls, user, pass }) {
      const reached = await reachServer(dns, mayReach, host, port)
      if (reached.kind === 'fault') throw new AppError('mail_unavailable', reached.why)
      const secure = tls === 'tls'
      const mailbox = openImapMailbox({
        host: reached.address,
        ...(isIP(host) ? {} : { servername: host }),
        port,
        secure,
        requireTls: !secure && !isThisMachine(reached.address),
        user,
        pass,
        folder: 'INBOX',
        name: `${host}:${port}/INBOX`,
      })
      return openFor(mailbox, sleep, lookMs)
    },
  }
}

/**
 * A mailbox that is closed after a while, whatever its server does: one that says a little now and then is never silent, and an
 * admin may name any. Without an end it would take a place from the mailboxes of the others for good.
 */
function openFor(mailbox: Mailbox, sleep: Sleep, ms: number): Mailbox {
  const closed = new AbortController()
  let over = false
  const late = sleep(ms, closed.signal).then((): never => {
    over = true
    mailbox.close()
    throw new AppError(
      'mail_unavailable',
      `The mailbox ${mailbox.name} cannot be read: it took longer than ${ms / 1000} s`,
    )
  })
  late.catch(() => {})
  const inTime = <T>(work: () => Promise<T>) => (over ? late : Promise.race([work(), late]))
  return {
    ...mailbox,
    listAfter: (position) => inTime(() => mailbox.listAfter(position)),
    firstSince: (moment) => inTime(() => mailbox.firstSince(moment)),
    read: (uid) => inTime(() => mailbox.read(uid)),
    close: () => closed.abort(),
  }
}
