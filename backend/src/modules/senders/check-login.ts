import { AppError } from '#core/errors.ts'
import type { SealContext, Vault } from '#core/vault.ts'
import type { Login } from '#shared/contract/sender.ts'

const UNUSABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/** A login as it is stored; all null: none. */
export interface StoredLogin {
  readonly host: string | null
  readonly port: number | null
  readonly tls: 'tls' | 'starttls' | null
  readonly user: string | null
  /** Sealed. */
  readonly password: string | null
}

export interface LoginRules {
  /** What was stored until now. */
  readonly before: StoredLogin | undefined
  readonly context: SealContext
  /** Why we would never connect there. */
  readonly refusal: (server: { host: string; port: number }) => string | undefined
  readonly needsUser: boolean
}

/**
 * A login as somebody typed it, its password sealed. A password stays with the server it was given for: moved to another host,
 * port or user, or to weaker protection, it would be handed to somebody else. Throws `invalid_input`.
 */
export async function checkLogin(vault: Vault, login: Login | null, rules: LoginRules): Promise<StoredLogin> {
  if (login === null) return { host: null, port: null, tls: null, user: null, password: null }
  const { port, tls, password } = login
  const host = login.host.toLowerCase()
  const user = login.user.trim()
  if (UNUSABLE.test(user) || UNUSABLE.test(password ?? '')) {
    throw new AppError('invalid_input', 'The user and the password of a mail server are one line each.')
  }
  const refusal = rules.refusal({ host, port })
  if (refusal !== undefined) throw new AppError('invalid_input', `This mail server cannot be used. ${refusal}`)
  if (user === '' && rules.needsUser) throw new AppError('invalid_input', 'A mailbox needs a user. Enter it.')
  const stored = { host, port, tls, user: user || null }
  if (user === '') return { ...stored, password: null }
  if (password) return { ...stored, password: await vault.seal(password, rules.context) }
  const { before } = rules
  const same = before?.host === host && before.port === port && before.user === user
  if (same && (before.tls === tls || tls === 'tls') && before.password !== null) {
    return { ...stored, password: before.password }
  }
  throw new AppError('invalid_input', 'Enter the password: it is kept only for the same mail server and user.')
}
