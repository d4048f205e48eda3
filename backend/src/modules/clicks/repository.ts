import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { OpensTable } from '#db/tables.ts'

/** A mail that tells of its reader. */
export interface TrackedMail {
  readonly deliveryId: string
  readonly enrollmentId: string
  readonly links: readonly string[] | null
  readonly tracksOpens: boolean
  /** When the mail server took it; of a mail whose end nobody knows, when it was made. */
  readonly handedOverAt: Temporal.Instant
  /** Nothing is remembered of a portal that has disconnected; its links go on working. */
  readonly connected: boolean
}

export async function findTrackedMail(trx: Trx, portalId: number, stepRunId: string): Promise<TrackedMail | undefined> {
  const { rows } = await sql<TrackedMail>`
    select d.id as delivery_id, d.enrollment_id, d.links, d.tracks_opens, i.status = 'connected' as connected,
      case when d.status = 'accepted' then d.settled_at else d.created_at end as handed_over_at
    from deliveries d join installations i on i.portal_id = d.portal_id
    where d.portal_id = ${portalId} and d.step_run_id = ${stepRunId}
    order by d.epoch desc limit 1
  `.execute(trx)
  return rows[0]
}

export interface NewClick {
  readonly id: string
  readonly deliveryId: string
  readonly enrollmentId: string
  readonly link: number
  readonly clickedAt: Temporal.Instant
  /** Null: not known yet. */
  readonly automatic: boolean | null
}

/** Anybody can repeat a link for ever; a mail never has more rows than this for each of them. */
const CLICKS_OF_LINK = 50

/**
 * False when it says nothing new: a person's click on the link is known, the same second has one, or the link has enough of them.
 */
export async function insertClick(trx: Trx, portalId: number, click: NewClick): Promise<boolean> {
  const { rows } = await sql`
    insert into clicks (portal_id, id, delivery_id, enrollment_id, link, clicked_at, automatic)
    select ${portalId}, ${click.id}, ${click.deliveryId}, ${click.enrollmentId}, ${click.link}, ${click.clickedAt}, ${click.automatic}
    where not exists (
      select from clicks k
      where k.portal_id = ${portalId} and k.delivery_id = ${click.deliveryId} and k.link = ${click.link}
        and (k.automatic = false or k.clicked_at > ${click.clickedAt}::timestamptz - interval '1 second')
    ) and (
      select count(*) from clicks k
      where k.portal_id = ${portalId} and k.delivery_id = ${click.deliveryId} and k.link = ${click.link}
    ) < ${CLICKS_OF_LINK}
    returning id
  `.execute(trx)
  return rows.length > 0
}

/** The first time that something of its kind loaded the picture counts. */
export async function insertOpen(trx: Trx, portalId: number, open: Omit<OpensTable, 'portalId'>): Promise<void> {
  await trx
    .insertInto('opens')
    .values({ portalId, ...open })
    .onConflict((conflict) => conflict.columns(['portalId', 'deliveryId', 'loadedBy']).doNothing())
    .execute()
}

/** A click that nobody has judged yet, with what judges it. */
export interface OpenClick {
  readonly id: string
  readonly deliveryId: string
  readonly link: number
  readonly clickedAt: Temporal.Instant
  readonly handedOverAt: Temporal.Instant
  /** Another link of the same mail was followed within `together` of it. */
  readonly withOthers: boolean
  /** A person's click on the same link is known already. */
  readonly known: boolean
  readonly enrollmentId: string
  readonly dealId: string
  /** HubSpot's id. */
  readonly contactId: string
  readonly sequenceName: string
  /** Place of the step, from 0. */
  readonly position: number
}

/** The oldest clicks up to `until` that are not judged. */
export async function selectOpenClicks(
  trx: Trx,
  portalId: number,
  { until, togetherMs, limit }: { until: Temporal.Instant; togetherMs: number; limit: number },
): Promise<OpenClick[]> {
  const { rows } = await sql<OpenClick>`
    select k.id, k.delivery_id, k.link, k.clicked_at, k.enrollment_id, e.deal_id, c.contact_id, s.name as sequence_name, r.position,
      case when d.status = 'accepted' then d.settled_at else d.created_at end as handed_over_at,
      exists (
        select from clicks o where o.portal_id = k.portal_id and o.delivery_id = k.delivery_id and o.link <> k.link
          and o.clicked_at between k.clicked_at - ${togetherMs} * interval '1 millisecond' and k.clicked_at + ${togetherMs} * interval '1 millisecond'
      ) as with_others,
      exists (
        select from clicks o
        where o.portal_id = k.portal_id and o.delivery_id = k.delivery_id and o.link = k.link and o.automatic = false
      ) as known
    from clicks k
    join deliveries d on d.portal_id = k.portal_id and d.id = k.delivery_id
    join step_runs r on r.portal_id = d.portal_id and r.id = d.step_run_id
    join enrollments e on e.portal_id = k.portal_id and e.id = k.enrollment_id
    join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
    join sequences s on s.portal_id = e.portal_id and s.id = e.sequence_id
    where k.portal_id = ${portalId} and k.automatic is null and k.clicked_at <= ${until}
    order by k.clicked_at, k.id limit ${limit}
  `.execute(trx)
  return rows
}

export async function setAutomatic(
  trx: Trx,
  portalId: number,
  ids: readonly string[],
  automatic: boolean,
): Promise<void> {
  if (ids.length === 0) return
  await trx.updateTable('clicks').set({ automatic }).where('portalId', '=', portalId).where('id', 'in', ids).execute()
}

/** The moment of the oldest click that is not judged; undefined when all are. */
export async function findOldestOpenClick(trx: Trx, portalId: number): Promise<Temporal.Instant | undefined> {
  const row = await trx
    .selectFrom('clicks')
    .where('portalId', '=', portalId)
    .where('automatic', 'is', null)
    .select('clickedAt')
    .orderBy('clickedAt')
    .executeTakeFirst()
  return row?.clickedAt
}

/** Those of these enrollments in whose mails a person followed a link. */
export async function selectClicked(trx: Trx, portalId: number, enrollmentIds: readonly string[]): Promise<string[]> {
  if (enrollmentIds.length === 0) return []
  const rows = await trx
    .selectFrom('clicks')
    .where('portalId', '=', portalId)
    .where('enrollmentId', 'in', enrollmentIds)
    .where('automatic', '=', false)
    .select('enrollmentId')
    .distinct()
    .execute()
  return rows.map(({ enrollmentId }) => enrollmentId)
}
