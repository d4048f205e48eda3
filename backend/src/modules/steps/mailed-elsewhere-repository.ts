import { type RawBuilder, sql } from 'kysely'

/**
 * Of run `r` of enrollment `e`: whether its step went, or is just going, to this address through another contact of the deal.
 * HubSpot may show one address on two records, now on this one and now on that. What ended before this enrollment began, of
 * another entry, is no second time of the same.
 */
export function mailedElsewhere(address: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (
    select from enrollments x
    join deliveries y on y.portal_id = x.portal_id and y.enrollment_id = x.id and y.recipient = ${address}
      and y.status in ('sending', 'sending_data', 'accepted', 'unconfirmed')
    join step_runs z on z.portal_id = y.portal_id and z.id = y.step_run_id and z.step_id = r.step_id
    where x.portal_id = e.portal_id and x.deal_id = e.deal_id and x.sequence_id = e.sequence_id
      and x.id <> e.id and x.contact_id <> e.contact_id
      and (x.stage_entry_id = e.stage_entry_id or x.ended_at is null or x.ended_at > e.enrolled_at)
  )`
}
