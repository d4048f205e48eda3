import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type { Sleep } from '#core/clock.ts'
import type { Dns } from '#core/dns.ts'
import { isThisMachine } from './is-this-machine.ts'
import type { MailServer } from './mail-server.ts'
import type { Mail, Mailer, SendOutcome } from './mailer.ts'
import { type MayReach, reachServer, refusalOf } from './reach-server.ts'
import { createSmtpMailer } from './smtp-mailer.ts'

/** The mail server of one sender, with its password in the clear: never stored, never logged. */
export interface OwnServer {
  /** Whose it is: connections are never shared between two senders, even with the same login. */
  readonly owner: string
  readonly host: string
  readonly port: number
  readonly tls: 'tls' | 'starttls'
  readonly auth: { readonly user: string; readonly pass: string } | null
}

/** Hands mails to the servers of senders, by the rules of `Mailer`. */
export interface OwnServers {
  /** Why we would never connect there, as a sentence; undefined for a server that may be tried. Asks nobody. */
  refusal(server: Pick<OwnServer, 'host' | 'port'>): string | undefined
  send(server: OwnServer, mail: Mail, gate: () => Promise<boolean>): Promise<SendOutcome>
  /** Ends every connection; nothing is sent afterwards. */
  close(): Promise<void>
}

export interface OwnServersOptions {
  readonly dns: Dns
  readonly mayReach: MayReach
  readonly sleep: Sleep
  readonly soon: (run: () => void) => void
  /** How long a server may be silent at any point, in milliseconds. */
  readonly timeoutMs?: number
  /** How long the login of a server nobody mails through is kept in memory, in milliseconds. */
  readonly idleMs?: number
}

/** One server's pool. `users`: mails under way; only a pool without any is closed, or they would be unconfirmed. */
interface Pool {
  readonly key: string
  readonly opening: Promise<Mailer | { readonly fault: string }>
  users: number
  rest: AbortController | undefined
}

/**
 * A pool of connections for each sender with a server of its own, opened for its first mail and closed when it has been idle. The
 * host is resolved once for a pool, checked, and only that address is connected to; a pool that could not reach its server is
 * replaced, so that the next mail resolves again.
 */
export function createOwnServers(options: OwnServersOptions): OwnServers {
  const pools = new Map<string, Pool>()
  const open = new Set<Pool>()
  const idleMs = options.idleMs ?? 60_000
  let closed = false

  async function connect(server: OwnServer): Promise<Mailer | { fault: string }> {
    const reached = await reachServer(options.dns, options.mayReach, server.host, server.port)
    if (reached.kind === 'fault') return { fault: reached.why }
    const { sleep, soon, timeoutMs = 10_000 } = options
    return createSmtpMailer({ server: pinned(server, reached.address), sleep, soon, timeoutMs })
  }

  function enter(server: OwnServer): Pool {
    const key = keyOf(server)
    const pool = pools.get(key) ?? { key, opening: connect(server), users: 0, rest: undefined }
    pools.set(key, pool)
    open.add(pool)
    pool.rest?.abort()
    pool.rest = undefined
    pool.users++
    return pool
  }

  function leave(pool: Pool, again: boolean): void {
    pool.users--
    if (again && pools.get(pool.key) === pool) pools.delete(pool.key)
    if (pool.users > 0) return
    if (pools.get(pool.key) !== pool) return void retire(pool)
    const rest = new AbortController()
    pool.rest = rest
    void options.sleep(idleMs, rest.signal).then(() => {
      if (!rest.signal.aborted && pool.users === 0) return retire(pool)
    })
  }

  async function retire(pool: Pool): Promise<void> {
    if (pools.get(pool.key) === pool) pools.delete(pool.key)
    open.delete(pool)
    const mailer = await pool.opening
    if (!('fault' in mailer)) await mailer.close()
  }

  return {
    refusal: (server) => refusalOf(options.mayReach, server),

    async send(server, mail, gate) {
      if (closed) return { kind: 'not_sent', reason: 'unreachable', detail: 'The mailer was closed' }
      const pool = enter(server)
      let again = true
      try {
        const mailer = await pool.opening
        if ('fault' in mailer) return { kind: 'not_sent', reason: 'misconfigured', detail: mailer.fault }
        const outcome = await mailer.send(mail, gate)
        again = outcome.kind === 'not_sent' && outcome.reason !== 'gate_closed'
        return outcome
      } finally {
        leave(pool, again)
      }
    },

    async close() {
      closed = true
      for (const pool of open) pool.rest?.abort()
      await Promise.all([...open].map(retire))
    },
  }
}

/** Everything that makes a connection another one; hashed, so that no password lies about as a key. */
function keyOf(server: OwnServer): string {
  const { owner, host, port, tls, auth } = server
  return createHash('sha256')
    .update(JSON.stringify([owner, host, port, tls, auth?.user, auth?.pass]))
    .digest('base64')
}

/** TLS is never left out, but on this machine: what goes there crosses no network, and only tests may reach it. */
function pinned({ host, port, tls, auth }: OwnServer, address: string): MailServer {
  const secure = tls === 'tls'
  const requireTls = !secure && !isThisMachine(address)
  const named = isIP(host) ? {} : { servername: host }
  return { host: address, ...named, port, secure, requireTls, auth, name: `${host}:${port}` }
}
