import { AppError } from '#core/errors.ts'

const ADDRESS = /^[^\s\p{Cc}\p{Cs}@<>()[\],;:"\\]{1,64}@[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.[a-z][a-z0-9-]*[a-z0-9]$/iu

/** A person's address as typed, trimmed and in lower case. Throws `AppError('invalid_input')` when it cannot be one. */
export function checkAddress(text: string): string {
  const address = text.trim().toLowerCase()
  if (address.length > 254 || !ADDRESS.test(address) || address.includes('..')) {
    throw new AppError('invalid_input', `“${text.trim()}” is not an e-mail address. Write one like ada@example.com.`)
  }
  return address
}
