import { Socket } from 'node:net'
import pg from 'pg'

/** Any number that nothing else locks in the database `postgres`. */
const LEASE = 5_749_137

/** Says "I use this server" for as long as this process lives. */
export interface Lease {
  /**
   * Gives the lease back. True: nobody else uses the server and nobody can begin to until it is stopped.
   * False: another process uses it. True also when the server is dead.
   */
  release(): Promise<boolean>
  /** Closes the connection; after `release`. */
  end(): Promise<void>
}

/**
 * Takes a shared advisory lock on an own connection. A killed process loses it with its connection, which a pid in a
 * file cannot promise. Blocks while another process is about to stop the server, and then rejects with pg's error, as
 * it does when the server does not let us in.
 */
export async function holdLease(url: string): Promise<Lease> {
  let connection = await connect(url)
  try {
    await connection.client.query('select pg_advisory_lock_shared($1)', [LEASE])
  } catch (error) {
    await end(connection)
    throw error
  }
  // A process that forgot to stop the server still ends.
  connection.socket.unref()
  return {
    async release() {
      connection.socket.ref()
      try {
        await connection.client.query('select pg_advisory_unlock_shared($1)', [LEASE])
        return await isUnused(connection)
      } catch {
        // The connection was lost. The server may have died, or only have been told to drop us.
        await end(connection)
      }
      try {
        connection = await connect(url)
        return await isUnused(connection)
      } catch {
        return true
      }
    },
    end: () => end(connection),
  }
}

interface Connection {
  readonly client: pg.Client
  readonly socket: Socket
}

async function isUnused({ client }: Connection): Promise<boolean> {
  const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1) as free', [LEASE])
  return rows[0]?.free !== false
}

async function connect(url: string): Promise<Connection> {
  const socket = new Socket()
  const client = new pg.Client({
    connectionString: url,
    application_name: 'stagecue launcher',
    stream: () => socket,
  })
  // The server may die or be stopped under an idle connection; whoever queries next learns it there.
  client.on('error', () => {})
  await client.connect()
  return { client, socket }
}

async function end({ client }: Connection): Promise<void> {
  await client.end().catch(() => {})
}
