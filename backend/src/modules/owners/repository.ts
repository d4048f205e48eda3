import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface OwnersState {
  readonly scopes: readonly string[]
  readonly ownersRefreshedAt: Temporal.Instant | null
}

/** Undefined when the portal never connected. */
export async function findOwnersState(trx: Trx, portalId: number): Promise<OwnersState | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select(['scopes', 'ownersRefreshedAt'])
    .executeTakeFirst()
}

/** The same, locked, so that two refreshes store one after the other. */
export async function lockOwnersState(trx: Trx, portalId: number): Promise<OwnersState | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select(['scopes', 'ownersRefreshedAt'])
    .forNoKeyUpdate()
    .executeTakeFirst()
}

export async function setRefreshedAt(trx: Trx, portalId: number, ownersRefreshedAt: Temporal.Instant): Promise<void> {
  await trx.updateTable('installations').set({ ownersRefreshedAt }).where('portalId', '=', portalId).execute()
}

export interface OwnerRecord {
  readonly ownerId: string
  readonly email: string | null
  readonly name: string
  readonly linkedByHand: boolean
  readonly senderId: string | null
  /** As HubSpot spells it. */
  readonly timeZone: string | null
}

/** Those HubSpot still has, by name, each with the sender of its deals. */
export async function listOwnerRecords(trx: Trx, portalId: number): Promise<OwnerRecord[]> {
  const { rows } = await sql<OwnerRecord>`
    select o.owner_id, o.email, o.name, o.linked_by_hand, o.time_zone,
      case when o.linked_by_hand then o.sender_id else (
        select s.id from senders s where s.portal_id = o.portal_id and s.address = o.email) end as sender_id
    from owners o where o.portal_id = ${portalId} and not o.archived order by lower(o.name), o.owner_id
  `.execute(trx)
  return rows
}

/** Names, addresses and time zones follow HubSpot, links by hand stay; whoever is not among them is archived. */
export async function replaceOwners(
  trx: Trx,
  portalId: number,
  owners: readonly Pick<OwnerRecord, 'ownerId' | 'email' | 'name' | 'timeZone'>[],
): Promise<void> {
  await sql`
    insert into owners as o (portal_id, owner_id, email, name, time_zone, archived)
    select ${portalId}, n.owner_id, n.email, n.name, n.time_zone, false
    from unnest(${owners.map(({ ownerId }) => ownerId)}::text[], ${owners.map(({ email }) => email)}::text[],
      ${owners.map(({ name }) => name)}::text[], ${owners.map(({ timeZone }) => timeZone)}::text[])
      as n (owner_id, email, name, time_zone)
    on conflict (portal_id, owner_id) do update set email = excluded.email, name = excluded.name,
      time_zone = excluded.time_zone, archived = false
  `.execute(trx)
  await sql`
    update owners set archived = true
    where portal_id = ${portalId} and not archived and owner_id <> all(${owners.map(({ ownerId }) => ownerId)}::text[])
  `.execute(trx)
}

/** The owner's name; undefined when there is no such owner. */
export async function setLink(
  trx: Trx,
  portalId: number,
  ownerId: string,
  link: { linkedByHand: boolean; senderId: string | null },
): Promise<string | undefined> {
  const row = await trx
    .updateTable('owners')
    .set(link)
    .where('portalId', '=', portalId)
    .where('ownerId', '=', ownerId)
    .returning('name')
    .executeTakeFirst()
  return row?.name
}
