import { sql } from 'kysely'

/**
 * Of enrollment `e` (with portal_id, id and sequence_id): why nothing is sent for it now; null when nothing stops it. A stop
 * of first mails concerns an enrollment none of whose mails went out, or may have.
 */
export const SENDING_STOP = sql<string | null>`(
  select x.reason from sending_stops x
  where x.portal_id = e.portal_id and x.lifted_at is null and (x.sequence_id is null or x.sequence_id = e.sequence_id)
    and (x.mails = 'all' or not exists (
      select from deliveries o
      where o.portal_id = e.portal_id and o.enrollment_id = e.id and o.status in ('accepted', 'unconfirmed')
    ))
  order by x.stopped_at, x.id limit 1
)`
