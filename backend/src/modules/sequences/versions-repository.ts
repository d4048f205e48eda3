import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'

export interface ListedVersion {
  readonly version: number
  readonly publishedAt: Temporal.Instant
  readonly publishedBy: string | null
  readonly running: number
  readonly steps: number
}

/** Newest first. */
export async function listVersionRecords(trx: Trx, portalId: number, sequenceId: string): Promise<ListedVersion[]> {
  const { rows } = await sql<ListedVersion>`
    select v.version, v.published_at, v.published_by, jsonb_array_length(v.definition -> 'steps') as steps,
      (select count(*) from enrollments e where e.portal_id = v.portal_id and e.sequence_id = v.sequence_id
        and e.version = v.version and e.status in ('active', 'paused')) as running
    from sequence_versions v
    where v.portal_id = ${portalId} and v.sequence_id = ${sequenceId} order by v.version desc
  `.execute(trx)
  return rows
}

export interface VersionRecord {
  readonly version: number
  readonly publishedAt: Temporal.Instant
  readonly publishedBy: string | null
  readonly definition: SequenceDefinition
}

export async function findVersion(
  trx: Trx,
  portalId: number,
  sequenceId: string,
  version: number,
): Promise<VersionRecord | undefined> {
  return trx
    .selectFrom('sequenceVersions')
    .where('portalId', '=', portalId)
    .where('sequenceId', '=', sequenceId)
    .where('version', '=', version)
    .select(['version', 'publishedAt', 'publishedBy', 'definition'])
    .executeTakeFirst()
}
