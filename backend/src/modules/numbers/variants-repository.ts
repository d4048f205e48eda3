import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Period } from './period.ts'
import { outcomes } from './repository.ts'

export interface VariantCounts {
  stepId: string
  variantId: string
  sent: number
  returned: number
  replied: number
  unsubscribed: number
}

/** The variants that were sent, over all versions of a sequence; an outcome belongs to the last mail before it. */
export async function countVariants(
  trx: Trx,
  portalId: number,
  sequenceId: string,
  period: Period,
): Promise<VariantCounts[]> {
  const { rows } = await sql<VariantCounts>`
    with ${outcomes(portalId, period, sequenceId)}, mails as materialized (
      select r.enrollment_id, r.step_id, r.status, r.settled_at, d.variant from outcome o
      join step_runs r on r.portal_id = ${portalId} and r.enrollment_id = o.id and r.kind = 'email' and r.status in ('sent', 'unconfirmed')
      join deliveries d on d.portal_id = r.portal_id and d.step_run_id = r.id and d.epoch = r.epoch
    ), last_mails as (
      select distinct on (enrollment_id) enrollment_id, step_id, variant from mails
      order by enrollment_id, settled_at desc nulls last
    ), effects as (
      select l.step_id, l.variant, count(*) filter (where o.returned) as returned, count(*) filter (where o.replied) as replied,
        count(*) filter (where o.unsubscribed) as unsubscribed
      from outcome o join last_mails l on l.enrollment_id = o.id
      where l.variant is not null group by l.step_id, l.variant
    ), counts as (
      select step_id, variant, count(*) filter (where status = 'sent') as sent from mails
      where variant is not null group by step_id, variant
    )
    select c.step_id, c.variant as variant_id, c.sent, coalesce(f.returned, 0) as returned, coalesce(f.replied, 0) as replied,
      coalesce(f.unsubscribed, 0) as unsubscribed
    from counts c left join effects f on f.step_id = c.step_id and f.variant = c.variant
  `.execute(trx)
  return rows
}
