import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { getAccess } from '#modules/admins/is-admin.ts'
import { readRevision } from '#modules/revisions/read-revision.ts'
import { MAX_FAULTS } from '#modules/steps/limits.ts'
import type { Connection, Health, Settings } from '#shared/contract/installation.ts'
import { findProblems } from './find-problems.ts'
import { readHealth } from './repository.ts'
import { SUBSCRIPTIONS } from './subscriptions.ts'

export type GetConnection = (deps: Deps, portal: PortalContext) => Promise<Connection>

/** The settings page's first look: connection, health with what to do, and who may change what. */
export async function getSettings(deps: Deps, portal: PortalContext, getConnection: GetConnection): Promise<Settings> {
  const connection = await getConnection(deps, portal)
  return inPortal(deps.db, portal.portalId, async (trx) => {
    // Before the list, so that it is never newer than that is.
    const revision = await readRevision(trx, portal.portalId, { kind: 'admins' })
    const access = { ...(await getAccess(trx, portal)), revision }
    if (connection.status === 'disconnected') return { connection, health: null, access }
    const now = deps.clock()
    const facts = await readHealth(trx, portal.portalId, now, MAX_FAULTS)
    const health: Health = {
      webhookUrl: `${deps.settings.publicUrl}/webhooks/hubspot`,
      subscriptions: [...SUBSCRIPTIONS],
      lastEventAt: facts.lastEventAt?.toString() ?? null,
      eventsLastDay: facts.eventsLastDay,
      pendingEvents: facts.pendingEvents,
      failedEvents: facts.failedEvents,
      duePastSteps: facts.duePastSteps,
      unconfirmedMails: facts.unconfirmedMails,
      heldSteps: facts.heldSteps,
      hubspotCallsLastDay: facts.hubspotCallsLastDay,
      hubspotErrorsLastDay: facts.hubspotErrorsLastDay,
      findings: findProblems(facts, connection, now),
    }
    return { connection, health, access }
  })
}
