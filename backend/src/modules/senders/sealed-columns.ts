import type { SealContext } from '#core/vault.ts'

/** Where the passwords of a portal's senders are sealed to. */
export const smtpPasswordOf = (portalId: number): SealContext => ({ portalId, column: 'senders.smtp_password' })
export const imapPasswordOf = (portalId: number): SealContext => ({ portalId, column: 'senders.imap_password' })
