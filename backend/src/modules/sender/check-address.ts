import { AppError } from '#core/errors.ts'
import { normalizeAddress } from '#mail/address.ts'

/** A person's address as typed, in the form we compare and send to. Throws `AppError('invalid_input')` when it cannot be one. */
export function checkAddress(text: string): string {
  const address = normalizeAddress(text)
  if (address) return address
  throw new AppError('invalid_input', `“${text.trim()}” is not an e-mail address. Write one like ada@example.com.`)
}
