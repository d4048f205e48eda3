import { isIP } from 'node:net'
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

/** By the rules of `createOwnServers`: the address that was checked is the one that is connected to, and TLS is never left out. */
export function createOwnMailboxes({
  dns,
  mayReach,
}: {
  readonly dns: Dns
  readonly mayReach: MayReach
}): OwnMailboxes {
  return {
    refusal: (mailbox) => refusalOf(mayReach, mailbox),
    async open({ host, port, tls, user, pass }) {
      const reached = await reachServer(dns, mayReach, host, port)
      if (reached.kind === 'fault') throw new AppError('mail_unavailable', reached.why)
      const secure = tls === 'tls'
      return openImapMailbox({
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
    },
  }
}
