import { sqlState } from './retry-serialization.ts'

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EHOSTUNREACH', 'ENOENT'])

/**
 * Out of disk, memory or connections, shutting down, read-only after a failover, a lock or statement that waited too long, or
 * a transaction that kept losing (Postgres docs, appendix A). Class 08 is the connection itself.
 */
const STATES = /^(08...|53[0-4]00|57P0[1-5]|58030|25006|55P03|57014|40001|40P01|3D000|28...)$/

/** pg and its pool report these without any code. */
const MESSAGES =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Cannot use a pool after|Query read timeout|driver has already been destroyed)/

/** True when the database could not be asked, as opposed to having refused the question: the same call may succeed later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = sqlState(error)
  if (STATES.test(code) || (NETWORK.has(code) && isFromDatabase(error))) return true
  return code === '' && error instanceof Error && MESSAGES.test(error.message)
}

/** Other network calls end in an `AppError` where they are made; a bare socket error can only be the database's. */
function isFromDatabase(error: unknown): boolean {
  return error instanceof Error && ('syscall' in error || error instanceof AggregateError)
}
