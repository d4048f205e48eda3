import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Period } from './period.ts'

/** What mails that tell of their readers told. */
export interface TrackedCounts {
  sequenceId: string
  /** Null: of the sequence as a whole. */
  stepId: string | null
  /** Contacts who followed a link, and no program did it for them; null: no mail tracks it. */
  clicked: number | null
  /** Contacts whose mail program loaded the picture; null: no mail has one. */
  openedByPrograms: number | null
  /** Contacts for whom a proxy loaded it, read or not. */
  openedByProxies: number | null
}

/** Of the contacts enrolled in the period, by sequence and by e-mail step; a sequence that tracks nothing has no row. */
export async function countTracked(
  trx: Trx,
  portalId: number,
  { from, to }: Period,
  sequenceId?: string,
): Promise<TrackedCounts[]> {
  const which = sequenceId ? sql`and e.sequence_id = ${sequenceId}` : sql``
  const { rows } = await sql<TrackedCounts>`
    with mails as materialized (
      select e.sequence_id, r.step_id, d.id, e.id as enrollment_id, d.links is not null as tracks_clicks, d.tracks_opens
      from enrollments e
      join deliveries d on d.portal_id = e.portal_id and d.enrollment_id = e.id and (d.links is not null or d.tracks_opens)
        and d.status in ('accepted', 'unconfirmed')
      join step_runs r on r.portal_id = d.portal_id and r.id = d.step_run_id
      where e.portal_id = ${portalId} and e.enrolled_at >= ${from} and e.enrolled_at < ${to} ${which}
    ), told as (
      select m.*,
        exists (select from clicks k where k.portal_id = ${portalId} and k.delivery_id = m.id and k.automatic = false) as clicked,
        exists (
          select from opens o where o.portal_id = ${portalId} and o.delivery_id = m.id and o.loaded_by = 'mail_program'
        ) as by_program,
        exists (
          select from opens o
          where o.portal_id = ${portalId} and o.delivery_id = m.id and o.loaded_by in ('apple_proxy', 'gmail_proxy')
        ) as by_proxy
      from mails m
    )
    select sequence_id, step_id,
      case when bool_or(tracks_clicks) then count(distinct enrollment_id) filter (where clicked) end as clicked,
      case when bool_or(tracks_opens) then count(distinct enrollment_id) filter (where by_program) end as opened_by_programs,
      case when bool_or(tracks_opens) then count(distinct enrollment_id) filter (where by_proxy) end as opened_by_proxies
    from told group by grouping sets ((sequence_id), (sequence_id, step_id))
  `.execute(trx)
  return rows
}
