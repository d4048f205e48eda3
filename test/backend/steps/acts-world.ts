import { sql } from 'kysely'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { HubSpotCall } from '#hubspot/hubspot.ts'
import { enrollContact } from '#modules/enrollments/enroll-contact.ts'
import { steerEnrollment } from '#modules/enrollments/steer-enrollment.ts'
import { STATUS_SCOPES } from '#modules/hubspot-status/status-properties.ts'
import { watchTasks } from '#modules/hubspot-tasks/watch-tasks.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { linkVault } from '#test/support/link-vault.ts'
import { ProcessDeath } from '#test/support/process-death.ts'
import type { World } from '#test/support/world.ts'

/** A portal with HubSpot's stand-in behind it, and contacts enrolled by hand in a sequence of these steps. */
export async function openActs(world: World, { db }: TestDatabase, steps: Step[]) {
  const given = await world.portal()
  const { portalId } = given
  const portal = person(portalId, 'rep@example.com')
  const deps: Deps = { ...world.deps, vault: linkVault }
  const setScopes = (scopes: string[]) =>
    inPortal(db, portalId, (trx) =>
      trx.updateTable('installations').set({ scopes }).where('portalId', '=', portalId).execute(),
    )
  await setScopes([...deps.settings.scopes, ...STATUS_SCOPES])
  const definition = { steps, stopWhenStageLeft: true }
  const sequence = { id: await given.hasSequence(steps), name: 'Follow up', version: 1, definition }
  const query = async <T>(text: string): Promise<T[]> =>
    inPortal(db, portalId, async (trx) => (await sql.raw<T>(text).execute(trx)).rows)
  let contacts = 0

  return {
    portalId,
    portal,
    given,
    deps,
    sequence,
    setScopes,
    query,
    /** A deal in HubSpot with one contact, enrolled here by hand: no stage began it, none ends it. */
    async enrolls(facts: { ownerId?: string; firstName?: string | null } = {}) {
      const { dealId, contactIds } = given.hasDeal('demo', [`person${++contacts}@example.com`])
      const [contactId = ''] = contactIds
      world.sandbox.updateRecord(portalId, 'deals', dealId, { dealname: 'Engines' })
      const id = deps.ids()
      const enrollmentId = await inPortal(db, portalId, async (trx) => {
        const readAt = world.clock.read().subtract({ hours: 1 })
        const name = { firstName: facts.firstName === undefined ? 'Ada' : facts.firstName, lastName: 'Byron' }
        const contact = { portalId, id, contactId, email: `person${contacts}@example.com`, ...name }
        await trx
          .insertInto('contacts')
          .values({ ...contact, phone: null, company: null, readAt })
          .execute()
        const stage = { pipelineId: 'default', stageId: 'demo', stageEnteredAt: null }
        const deal = { portalId, dealId, name: 'Engines', ...stage, amount: '12000', closeDate: null }
        await trx
          .insertInto('deals')
          .values({ ...deal, ownerId: facts.ownerId ?? null, readAt })
          .execute()
        return enrollContact(deps, trx, portal, { sequence, dealId, contact: { id, contactId }, entry: null })
      })
      return { dealId, contactId, personId: id, enrollmentId: enrollmentId ?? '' }
    },
    steers: (enrollmentId: string, action: 'pause' | 'resume' | 'stop') =>
      steerEnrollment(deps, portal, enrollmentId, { action, idempotencyKey: newKey() }),
    /** Does what is due. */
    async works(using: Deps = deps) {
      for (let pass = 0; pass < 20; pass++) {
        const served = await sendDueSteps(using, portalId - 1)
        if (served?.portalId !== portalId || served.handled === 0) return
      }
    },
    /** Looks at the tasks whose turn has come. */
    async looks(using: Deps = deps) {
      const served = await watchTasks(using, portalId - 1, new Set())
      return served?.portalId === portalId ? served.handled : 0
    },
    /** The tasks that HubSpot has, by their properties. */
    tasks: () =>
      [...(world.sandbox.state.portals.get(portalId)?.records.get('tasks')?.values() ?? [])].map((record) => ({
        id: record.id,
        ...Object.fromEntries(record.properties),
      })) as { id: string; [name: string]: string }[],
    completes: (taskId: string) =>
      world.sandbox.updateRecord(portalId, 'tasks', taskId, { hs_task_status: 'COMPLETED' }),
    record: (type: 'contacts' | 'deals', id: string) =>
      Object.fromEntries(world.sandbox.state.portals.get(portalId)?.records.get(type)?.get(id)?.properties ?? []),
    calls: (part: string) => world.sandbox.journal.find({ portalId }).filter(({ path }) => path.includes(part)),
    runs: () =>
      query<{
        id: string
        enrollmentId: string
        status: string
        why: string
        heldFor: string | null
        position: number
        dueAt: Temporal.Instant
      }>(`select * from step_runs where portal_id = ${portalId} order by enrollment_id, position, epoch`),
    enrollment: async (id: string) =>
      (
        await query<{ status: string; stopReason: string | null; stepPosition: number }>(
          `select status, stop_reason, step_position from enrollments where id = '${id}'`,
        )
      )[0],
    activities: async () =>
      (await query<{ kind: string }>(`select kind from activities where portal_id = ${portalId} order by at, id`)).map(
        ({ kind }) => kind,
      ),
    timeline: () =>
      query<{ eventType: string; objectType: string }>(
        `select event_type, object_type from timeline_entries where portal_id = ${portalId} and event_type = 'task_done' order by object_type`,
      ),
    /** The same deps whose process is gone at a call to HubSpot: `before` it goes out, or `after` HubSpot has answered. */
    dying(when: 'before' | 'after', at: (call: HubSpotCall) => boolean): Deps {
      const { hubspot } = deps
      return {
        ...deps,
        hubspot: {
          ...hubspot,
          call: async (id, call) => {
            if (!at(call)) return hubspot.call(id, call)
            if (when === 'after') await hubspot.call(id, call)
            throw new ProcessDeath('the worker is gone')
          },
        },
      }
    },
  }
}

export const isCreation = ({ method, path }: HubSpotCall) => method === 'POST' && path.endsWith('/tasks')
