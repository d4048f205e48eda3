import type { Actor, PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { findInstaller, type Installer, listEmails } from './repository.ts'

export interface Access {
  readonly mayConfigure: boolean
  /** Addresses of the admins, whom to ask. */
  readonly admins: string[]
}

/** Whether the person behind the request may change settings. Until a list is saved, that is who connected the portal. */
export async function isAdmin(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<boolean> {
  return inPortal(deps.db, portal.portalId, async (trx) => (await getAccess(trx, portal)).mayConfigure)
}

/** The same with the list, inside another verb's transaction. */
export async function getAccess(trx: Trx, portal: PortalContext): Promise<Access> {
  const installer = await findInstaller(trx, portal.portalId)
  return accessOf(portal.actor, installer, await listEmails(trx, portal.portalId))
}

/** Pure: a saved list counts alone; without one the installer is the only admin, known by address or HubSpot user id. */
export function accessOf(actor: Actor, installer: Installer | undefined, saved: readonly string[]): Access {
  const installerEmail = installer?.connectedByEmail?.toLowerCase()
  const admins = saved.length > 0 ? [...saved] : installerEmail ? [installerEmail] : []
  if (!installer || actor.kind !== 'user') return { mayConfigure: false, admins }
  const listed = actor.email !== null && admins.includes(actor.email.toLowerCase())
  const installed = saved.length === 0 && actor.userId === installer.connectedByUserId
  return { mayConfigure: listed || installed, admins }
}
