import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

export interface KeyedSequence {
  readonly id: string
  readonly name: string
  readonly revision: number
}

/** The sequence that files call `key`: by the key it was imported under, or by its id; never an archived one. */
export async function findByKey(trx: Trx, portalId: number, key: string): Promise<KeyedSequence | undefined> {
  const { rows } = await sql<KeyedSequence>`
    select id, name, revision from sequences
    where portal_id = ${portalId} and status <> 'archived' and (file_key = ${key} or id::text = ${key})
    order by file_key = ${key} desc nulls last limit 1
  `.execute(trx)
  return rows[0]
}

export async function findFileKey(trx: Trx, portalId: number, sequenceId: string): Promise<string | null> {
  const row = await trx
    .selectFrom('sequences')
    .where('portalId', '=', portalId)
    .where('id', '=', sequenceId)
    .select('fileKey')
    .executeTakeFirst()
  return row?.fileKey ?? null
}

export async function setFileKey(trx: Trx, portalId: number, sequenceId: string, fileKey: string): Promise<void> {
  await trx
    .updateTable('sequences')
    .set({ fileKey })
    .where('portalId', '=', portalId)
    .where('id', '=', sequenceId)
    .execute()
}

/** Names of the sequences that are not archived, in lower case. */
export async function listTakenNames(trx: Trx, portalId: number): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('sequences')
    .where('portalId', '=', portalId)
    .where('status', '<>', 'archived')
    .select('name')
    .execute()
  return new Set(rows.map(({ name }) => name.toLowerCase()))
}
