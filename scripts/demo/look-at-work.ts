import { sql } from 'kysely'
import type { Database } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Workload } from './move-clock.ts'

/** What the app has before it in these portals, read from its database: work due at `now` or leased, and the next planned step. */
export async function lookAtWork(db: Database, portalIds: readonly number[], now: Temporal.Instant): Promise<Workload> {
  const all = await Promise.all(portalIds.map((portalId) => lookAtPortal(db, portalId, now)))
  const planned = all.flatMap(({ nextStepAt }) => nextStepAt ?? [])
  return {
    quiet: all.every(({ quiet }) => quiet),
    nextStepAt: planned.toSorted(Temporal.Instant.compare)[0] ?? null,
  }
}

/** A portal that is not connected is not served: what lies there waits for nobody. */
async function lookAtPortal(db: Database, portalId: number, now: Temporal.Instant): Promise<Workload> {
  const { rows } = await inPortal(db, portalId, (trx) =>
    sql<Workload>`
      select
        not exists (select from step_runs r where r.portal_id = i.portal_id and r.status = 'sending')
          and not exists (
            select from lanes l
            where l.portal_id = i.portal_id and l.kind in ('events', 'steps', 'timeline')
              and (l.due_at <= ${now} or l.lease is not null)
          ) as quiet,
        (
          select min(r.due_at) from step_runs r
          where r.portal_id = i.portal_id and r.status = 'scheduled' and r.due_at > ${now}
        ) as next_step_at
      from installations i
      where i.portal_id = ${portalId} and i.status = 'connected'
    `.execute(trx),
  )
  return rows[0] ?? { quiet: true, nextStepAt: null }
}
