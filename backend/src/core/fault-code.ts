import { AppError } from './errors.ts'

/** How an unexpected error is named to people: its code or its class, never its message, which may hold anybody's data. Pure. */
export function faultCode(error: unknown): string {
  if (error instanceof AppError) return error.code
  if (!(error instanceof Error)) return 'unknown'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // Postgres' states have five characters.
  if (/^[0-9A-Z]{5}$/.test(code)) return `database ${code}`
  return /^[A-Z_]{3,40}$/.test(code) ? `${error.name} ${code}` : error.name
}
