import pg from 'pg'

/** Per table: how many rows there are and a checksum of all of them. */
export type Checksums = Record<string, { rows: number; sum: string }>

/** Reads every table that has a portal_id, as the owner: of one portal, or of all. `url` is the owner's. */
export async function checksums(url: string, portalId?: number): Promise<Checksums> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'portal_id'
       where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`,
    )
    const sums: Checksums = {}
    for (const { name } of tables) {
      const { rows } = await client.query<{ rows: number; sum: string }>(
        `select count(*)::int as rows, coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum
         from ${pg.escapeIdentifier(name)} t where $1::bigint is null or portal_id = $1`,
        [portalId ?? null],
      )
      if (rows[0]) sums[name] = rows[0]
    }
    return sums
  } finally {
    await client.end()
  }
}
