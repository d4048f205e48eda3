import { sql } from 'kysely'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { enrollContact } from '#modules/enrollments/enroll-contact.ts'
import { steerEnrollment } from '#modules/enrollments/steer-enrollment.ts'
import { saveStatusSetting } from '#modules/hubspot-status/save-status-setting.ts'
import { STATUS_SCOPES } from '#modules/hubspot-status/status-properties.ts'
import { writeStatuses } from '#modules/hubspot-status/write-statuses.ts'
import { newKey, person, twoMails } from '#test/support/configured-portal.ts'
import type { TestDatabase } from '#test/support/database.ts'
import type { World } from '#test/support/world.ts'

/** A portal whose records HubSpot's stand-in keeps, with the permission to change them. */
export async function openStatusPortal(world: World, { db }: TestDatabase) {
  const given = await world.portal()
  const { portalId } = given
  const portal = person(portalId)
  const { deps, sandbox } = world
  await setScopes([...deps.settings.scopes, ...STATUS_SCOPES])
  const sequenceId = await given.hasSequence(twoMails.steps)
  let contacts = 0
  const sequence = { id: sequenceId, name: 'Follow up', version: 1, definition: twoMails }

  async function setScopes(scopes: string[]): Promise<void> {
    await inPortal(db, portalId, (trx) =>
      trx.updateTable('installations').set({ scopes }).where('portalId', '=', portalId).execute(),
    )
  }
  return {
    portalId,
    given,
    setScopes,
    switches: (enabled: boolean) => saveStatusSetting(deps, portal, { enabled, idempotencyKey: newKey() }),
    /** A deal in HubSpot with one contact, enrolled here. */
    async enrolls() {
      const { dealId, contactIds } = given.hasDeal('demo', [`person${++contacts}@example.com`])
      const [contactId = ''] = contactIds
      const id = deps.ids()
      const enrollmentId = await inPortal(db, portalId, async (trx) => {
        const nothing = { email: null, firstName: null, lastName: null, phone: null, company: null }
        await trx
          .insertInto('contacts')
          .values({ portalId, id, contactId, ...nothing, readAt: deps.clock() })
          .execute()
        return enrollContact(deps, trx, portal, { sequence, dealId, contact: { id, contactId }, entry: null })
      })
      return { dealId, contactId, enrollmentId: enrollmentId ?? '' }
    },
    steers: (enrollmentId: string, action: 'pause' | 'resume' | 'stop') =>
      steerEnrollment(deps, portal, enrollmentId, { action, idempotencyKey: newKey() }),
    /** One pass over this portal, after what gathers has gathered. */
    async writes(using: Deps = deps) {
      world.passes({ seconds: 5 })
      const served = await writeStatuses(using, portalId - 1, new Set())
      return served?.portalId === portalId ? served.handled : 0
    },
    /** What HubSpot's record says, of our properties only. */
    record(type: 'contacts' | 'deals', id: string): Record<string, string> {
      const properties = sandbox.state.portals.get(portalId)?.records.get(type)?.get(id)?.properties ?? new Map()
      return Object.fromEntries([...properties].filter(([name]) => String(name).startsWith('stagecue_')))
    },
    definitions: (type: 'contacts' | 'deals') => sandbox.state.portals.get(portalId)?.properties.get(type) ?? new Map(),
    calls: () => sandbox.journal.find({ portalId }).map(({ method, path }) => `${method} ${path}`),
    query: async <T>(text: string): Promise<T[]> =>
      inPortal(db, portalId, async (trx) => (await sql.raw<T>(text).execute(trx)).rows),
  }
}
