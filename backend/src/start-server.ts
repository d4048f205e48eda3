import type { AddressInfo } from 'node:net'
import { buildApp } from '#app'
import type { Config } from '#config'
import { type Clock, systemClock } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'
import { systemRandom } from '#core/ids.ts'
import { LEASES, type Leases } from '#core/leases.ts'
import type { Log } from '#core/log.ts'
import { findDatabaseFault } from '#db/check-database.ts'
import { openImapMailbox } from '#mail/imap-mailbox.ts'
import { makeMailboxReader } from '#modules/mailbox/read-mailbox.ts'
import { noticeRestore } from '#modules/restores/notice-restore.ts'
import { logRequests } from '#worker/log-requests.ts'
import { runLoop } from '#worker/run-loop.ts'
import { makeWorker } from '#worker/tasks.ts'
import { makeDeps } from './make-deps.ts'
import { type Connections, openConnections } from './open-connections.ts'

export interface Server {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly address: string
  /** Stops taking work, finishes what is in flight, closes everything. */
  stop(): Promise<void>
}

/**
 * Starts the production server: database (embedded when none is configured), migrations, HTTP, worker. Throws
 * `AppError('misconfigured')` naming what is wrong. A mail server that does not answer is only logged: mails wait for it.
 * Production gives neither `leases` nor `clock`.
 */
export async function startServer(
  config: Config,
  log: Log,
  leases = LEASES,
  clock: Clock = systemClock,
): Promise<Server> {
  const connections = await openConnections(config, log)
  try {
    return await serve(config, log, connections, { leases, clock })
  } catch (error) {
    // An embedded database would outlive this process.
    await connections.close()
    throw error
  }
}

interface Edges {
  readonly leases: Leases
  readonly clock: Clock
}

async function serve(config: Config, log: Log, connections: Connections, edges: Edges): Promise<Server> {
  const stopping = new AbortController()
  const running = { ...edges, stopping: stopping.signal }
  const { deps, oauth, requestLog, close } = await makeDeps(config, connections, log, running)
  const mailbox =
    config.imap && config.role !== 'web' ? makeMailboxReader(deps, openImapMailbox(config.imap)) : undefined
  // Before anything is sent: a restored backup does not know what was sent since.
  await noticeRestore(deps)
  // A portal id no portal has: several workers begin their rounds at different places.
  const worker = makeWorker(deps, requestLog, Math.floor(systemRandom() * 1e8), mailbox)
  const app = await buildApp({
    deps,
    web:
      config.role === 'worker'
        ? undefined
        : {
            ...config.hubspot,
            oauth,
            inboundSecret: config.inboundSecret,
            intake: { intake: connections.intake, soon: setImmediate, onStored: () => worker.eventsStored() },
          },
    readiness: {
      check: async () => (stopping.signal.aborted ? 'shutting down' : findDatabaseFault(connections.appPool)),
    },
  })
  await listen(app, config)
  const tasks = config.role === 'web' ? [logRequests(requestLog)] : worker.tasks
  const loops = tasks.map((task) => runLoop(deps, task, stopping.signal))
  void deps.mailer.check().then((fault) => fault && log.warn({ fault }, 'mail server does not answer, mails wait'))

  const { port } = app.server.address() as AddressInfo
  return {
    address: `http://${config.host}:${port}`,
    async stop() {
      stopping.abort()
      await Promise.all([app.close(), mailbox?.stop(), ...loops])
      await close()
      await connections.close()
    },
  }
}

async function listen(app: Awaited<ReturnType<typeof buildApp>>, config: Config): Promise<void> {
  try {
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new AppError(
        'misconfigured',
        `Port ${config.port} on ${config.host} is taken. Stop what listens there or set PORT.`,
        { cause: error },
      )
    }
    throw error
  }
}
