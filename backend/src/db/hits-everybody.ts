import { AppError } from '#core/errors.ts'
import { isDatabaseUnavailable } from './is-database-unavailable.ts'
import { isStalePlan } from './retry-serialization.ts'

/** Codes that say nothing against the piece of work that met them: every other one would meet them too. */
const EVERYBODYS: ReadonlySet<string> = new Set(['installation_revoked', 'misconfigured'])

/**
 * True for an error that has nothing to do with what was being worked on: the database, HubSpot or the mail server is away,
 * the account lost its connection, the deployment is set up wrongly. Anything else counts against the piece alone.
 */
export function hitsEverybody(error: unknown): boolean {
  if (error instanceof AppError) return error.retry || error.retryAfterMs !== undefined || EVERYBODYS.has(error.code)
  return isDatabaseUnavailable(error) || isStalePlan(error)
}
