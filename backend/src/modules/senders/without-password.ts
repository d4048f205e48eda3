import type { ChangeSender } from '#shared/contract/sender.ts'

/** The input as it may be hashed and kept: a hash of a password can be guessed. Pure. */
export function withoutPassword<T extends Pick<ChangeSender, 'server'>>(input: T): object {
  return { ...input, server: input.server && { ...input.server, password: null } }
}
