import { AppError } from '#core/errors.ts'

/** The text, when Postgres can keep it: neither NUL nor half a surrogate pair. Throws `invalid_input`; `what` begins the sentence. */
export function storable(text: string, what: string, field: string): string {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new AppError('invalid_input', `${what} contains a character that cannot be stored. Type it again.`, { field })
  }
  return text
}
