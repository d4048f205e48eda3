import type { ChangeSender } from '#shared/contract/sender.ts'

/** The input as it may be hashed and kept: a hash of a password can be guessed. Pure. */
export function withoutPassword<T extends Pick<ChangeSender, 'server' | 'mailbox'>>(input: T): object {
  const { server, mailbox } = input
  return {
    ...input,
    server: server && { ...server, password: null },
    mailbox: mailbox && { ...mailbox, password: null },
  }
}
