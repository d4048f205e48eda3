import type { FastifyRequest } from 'fastify'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { getAccess } from './is-admin.ts'

const NAMED = 3

/** A preHandler that lets only admins pass; the refusal names whom to ask. */
export function requireAdmin(deps: Pick<Deps, 'db'>): (request: FastifyRequest) => Promise<void> {
  return async ({ portal }) => {
    const { mayConfigure, admins } = await inPortal(deps.db, portal.portalId, (trx) => getAccess(trx, portal))
    if (mayConfigure) return
    throw new AppError(
      'forbidden',
      admins.length > 0
        ? `Only ${nameThem(admins)} may change this. Ask one of them.`
        : 'Only who connected Stagecue may change this. Ask a HubSpot super admin to connect it.',
    )
  }
}

function nameThem(admins: string[]): string {
  const named = admins.slice(0, NAMED)
  const more = admins.length - named.length
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ')
}
