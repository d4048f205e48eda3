import { isAppError } from '#core/errors.ts'
import type { Vault } from '#core/vault.ts'
import type { OwnServer } from '#mail/own-servers.ts'
import { smtpPasswordOf } from './sealed-columns.ts'
import type { SenderRecord } from './sender-record.ts'

type Login = Pick<SenderRecord, 'id' | 'smtpHost' | 'smtpPort' | 'smtpTls' | 'smtpUser' | 'smtpPassword'>

/**
 * A sender's own mail server with its password opened; null when it uses the installation's; a sentence when it cannot be
 * opened.
 */
export async function openServer(
  { vault }: { readonly vault: Vault },
  portalId: number,
  sender: Login,
): Promise<OwnServer | null | string> {
  const { smtpHost: host, smtpPort: port, smtpTls: tls, smtpUser: user, smtpPassword: sealed } = sender
  if (host === null || port === null || tls === null) return null
  const server = { owner: `${portalId}/${sender.id}`, host, port, tls }
  if (!user) return { ...server, auth: null }
  if (sealed === null) return 'The password of its mail server is missing. Enter it in the settings, then try again.'
  try {
    return { ...server, auth: { user, pass: await vault.open(sealed, smtpPasswordOf(portalId)) } }
  } catch (error) {
    if (!isAppError(error)) throw error
    return 'The password of its mail server cannot be read any more. Enter it again in the settings, then try again.'
  }
}
