import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface PlaceRecord {
  readonly id: string
  readonly name: string
  readonly stages: { pipelineId: string; stageId: string }[]
}

/** In order, without those that were taken off the list. */
export async function selectPlaces(trx: Trx, portalId: number): Promise<PlaceRecord[]> {
  const { rows } = await sql<PlaceRecord>`
    select p.id, p.name, coalesce((
      select json_agg(json_build_object('pipelineId', s.pipeline_id, 'stageId', s.stage_id) order by s.pipeline_id, s.stage_id)
      from place_stages s where s.portal_id = p.portal_id and s.place_id = p.id
    ), '[]') as stages
    from places p where p.portal_id = ${portalId} and not p.removed order by p.position
  `.execute(trx)
  return rows
}

/** Makes the list this one. What is not on it any more stays for the contacts who are there. */
export async function replacePlaces(trx: Trx, portalId: number, places: readonly PlaceRecord[]): Promise<void> {
  // Two admins who save at once: one list after the other, never a mixture.
  await trx.selectFrom('installations').where('portalId', '=', portalId).select('portalId').forUpdate().execute()
  await sql`
    with given as (
      select id, name, position from unnest(${places.map(({ id }) => id)}::text[],
        ${places.map(({ name }) => name)}::text[]) with ordinality as g (id, name, position)
    ), gone as (
      update places p set removed = true where p.portal_id = ${portalId} and p.id not in (select id from given)
    )
    insert into places (portal_id, id, name, position) select ${portalId}::bigint, id, name, position from given
    on conflict (portal_id, id) do update set name = excluded.name, position = excluded.position, removed = false
  `.execute(trx)
  await trx.deleteFrom('placeStages').where('portalId', '=', portalId).execute()
  const stages = places.flatMap((place) => place.stages.map((stage) => ({ portalId, ...stage, placeId: place.id })))
  if (stages.length > 0) await trx.insertInto('placeStages').values(stages).execute()
}

/** The stages that lead to a place, with it. */
export async function selectPlacedStages(
  trx: Trx,
  portalId: number,
): Promise<{ pipelineId: string; stageId: string; placeId: string }[]> {
  return trx
    .selectFrom('placeStages')
    .where('portalId', '=', portalId)
    .select(['pipelineId', 'stageId', 'placeId'])
    .execute()
}

export interface PlaceMove {
  readonly dealId: string
  /** Our id. */
  readonly contactId: string
  readonly placeId: string
  readonly at: Temporal.Instant
}

/** The place's name; undefined when the list does not have it. The place a contact is at already is left as it is. */
export async function upsertContactPlace(trx: Trx, portalId: number, move: PlaceMove): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    with place as (
      select id, name from places where portal_id = ${portalId} and id = ${move.placeId} and not removed
    ), moved as (
      insert into contact_places (portal_id, deal_id, contact_id, place_id, moved_at)
      select ${portalId}::bigint, ${move.dealId}::text, ${move.contactId}::uuid, id, ${move.at}::timestamptz from place
      on conflict (portal_id, deal_id, contact_id) do update set place_id = excluded.place_id, moved_at = excluded.moved_at
      where contact_places.place_id <> excluded.place_id
    )
    select name from place
  `.execute(trx)
  return rows[0]?.name
}

/** The names of the places of a deal's contacts, by HubSpot's contact id. */
export async function selectPlacesOfDeal(trx: Trx, portalId: number, dealId: string): Promise<Map<string, string>> {
  const rows = await trx
    .selectFrom('contactPlaces as c')
    .innerJoin('places as p', (join) => join.onRef('p.portalId', '=', 'c.portalId').onRef('p.id', '=', 'c.placeId'))
    .innerJoin('contacts as k', (join) => join.onRef('k.portalId', '=', 'c.portalId').onRef('k.id', '=', 'c.contactId'))
    .where('c.portalId', '=', portalId)
    .where('c.dealId', '=', dealId)
    .select(['k.contactId', 'p.name'])
    .execute()
  return new Map(rows.map(({ contactId, name }) => [contactId, name]))
}
