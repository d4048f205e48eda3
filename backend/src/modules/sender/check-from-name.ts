import { AppError } from '#core/errors.ts'

// A line break in a name would end the header it is written into; half a surrogate pair cannot be stored.
const UNUSABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/** A name as typed, without blanks around it. Throws `AppError('invalid_input')` when no header could carry it. */
export function checkFromName(text: string): string {
  const name = text.trim()
  if (name && !UNUSABLE.test(name)) return name
  throw new AppError('invalid_input', 'Write the name that recipients see, on one line.')
}
