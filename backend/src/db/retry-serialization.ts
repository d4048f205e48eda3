const RETRYABLE = new Set(['40001', '40P01'])
const TRIES = 4

/**
 * Runs a transaction again when Postgres chose it as the victim of a deadlock (40P01) or serialization (40001), or when a
 * migration changed a table under a prepared statement.
 */
export async function retrySerialization<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (attempt >= TRIES || !(RETRYABLE.has(sqlState(error)) || isStalePlan(error))) throw error
    }
  }
}

/** Postgres' five-character code of an error, or '' when it has none. */
export function sqlState(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

/** “cached plan must not change result type”: the columns of a prepared statement have changed since it was prepared. */
export function isStalePlan(error: unknown): boolean {
  if (sqlState(error) !== '0A000' || typeof error !== 'object' || error === null) return false
  return 'routine' in error && error.routine === 'RevalidateCachedQuery'
}
