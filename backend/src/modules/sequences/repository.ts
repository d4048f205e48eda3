import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { SequenceStatus } from '#shared/vocabulary.ts'

export interface SequenceRecord {
  id: string
  name: string
  status: SequenceStatus
  version: number | null
  draft: SequenceDefinition
  draftPublished: boolean
  revision: number
}

const columns = ['id', 'name', 'status', 'version', 'draft', 'draftPublished', 'revision'] as const

export async function insertSequence(
  trx: Trx,
  portalId: number,
  sequence: { id: string; name: string; draft: SequenceDefinition },
  now: Temporal.Instant,
): Promise<SequenceRecord> {
  return trx
    .insertInto('sequences')
    .values({
      portalId,
      id: sequence.id,
      name: sequence.name,
      status: 'draft',
      version: null,
      draft: JSON.stringify(sequence.draft),
      createdAt: now,
      updatedAt: now,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
}

export async function findSequence(trx: Trx, portalId: number, id: string): Promise<SequenceRecord | undefined> {
  return trx
    .selectFrom('sequences')
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .select(columns)
    .executeTakeFirst()
}

/** Locks the sequence against every other change, and against enrollments that begin (see `findPublished`). */
export async function lockSequence(trx: Trx, portalId: number, id: string): Promise<SequenceRecord | undefined> {
  return trx
    .selectFrom('sequences')
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .select(columns)
    .forUpdate()
    .executeTakeFirst()
}

/** True when another sequence that is not archived has this name. The unique index decides in the end. */
export async function nameIsTaken(trx: Trx, portalId: number, name: string, exceptId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('sequences')
    .where('portalId', '=', portalId)
    .where('status', '<>', 'archived')
    .where(sql<string>`lower(name)`, '=', sql<string>`lower(${name})`)
    .where('id', '<>', exceptId)
    .select('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function updateSequence(
  trx: Trx,
  portalId: number,
  id: string,
  change: {
    name?: string
    status?: SequenceStatus
    version?: number
    draft?: string
    draftPublished?: boolean
    revision?: number
  },
  updatedAt: Temporal.Instant,
): Promise<SequenceRecord> {
  return trx
    .updateTable('sequences')
    .set({ ...change, updatedAt })
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow()
}

export async function insertVersion(
  trx: Trx,
  portalId: number,
  version: { sequenceId: string; version: number; definition: SequenceDefinition },
  publishedAt: Temporal.Instant,
  publishedBy: string | null,
): Promise<void> {
  const definition = JSON.stringify(version.definition)
  await trx
    .insertInto('sequenceVersions')
    .values({ portalId, ...version, definition, publishedAt, publishedBy })
    .execute()
}

export async function countRunning(trx: Trx, portalId: number, sequenceId: string): Promise<number> {
  const row = await trx
    .selectFrom('enrollments')
    .where('portalId', '=', portalId)
    .where('sequenceId', '=', sequenceId)
    .where('status', 'in', ['active', 'paused'])
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

/**
 * Name and status, locked so that the sequence is not archived or paused before this transaction ends. Many may hold this
 * lock at once; `lockSequence` waits for all of them.
 */
export async function holdSequence(
  trx: Trx,
  portalId: number,
  id: string,
): Promise<{ id: string; name: string; status: SequenceStatus } | undefined> {
  return trx
    .selectFrom('sequences')
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .select(['id', 'name', 'status'])
    .forKeyShare()
    .executeTakeFirst()
}

export interface PublishedRecord {
  id: string
  name: string
  status: SequenceStatus
  version: number
  definition: SequenceDefinition
}

/** Locks like `holdSequence`. */
export async function findPublished(trx: Trx, portalId: number, id: string): Promise<PublishedRecord | undefined> {
  return trx
    .selectFrom('sequences as s')
    .innerJoin('sequenceVersions as v', (join) =>
      join
        .onRef('v.portalId', '=', 's.portalId')
        .onRef('v.sequenceId', '=', 's.id')
        .onRef('v.version', '=', 's.version'),
    )
    .where('s.portalId', '=', portalId)
    .where('s.id', '=', id)
    .select(['s.id', 's.name', 's.status', 'v.version', 'v.definition'])
    .forKeyShare('s')
    .executeTakeFirst()
}

export interface ListedSequence {
  id: string
  name: string
  status: SequenceStatus
  version: number | null
  stepCount: number
  activeEnrollments: number
  draftPublished: boolean
  updatedAt: Temporal.Instant
}

/** Archived ones last, by name. Counts steps in the database: definitions with 30 mails would be megabytes. */
export async function listSequenceRecords(trx: Trx, portalId: number): Promise<ListedSequence[]> {
  const { rows } = await sql<ListedSequence>`
    select s.id, s.name, s.status, s.version, s.draft_published, s.updated_at,
      jsonb_array_length(coalesce(v.definition, s.draft) -> 'steps') as step_count,
      coalesce(running.count, 0) as active_enrollments
    from sequences s
    left join sequence_versions v on v.portal_id = s.portal_id and v.sequence_id = s.id and v.version = s.version
    left join (
      select sequence_id, count(*) as count from enrollments
      where portal_id = ${portalId} and status in ('active', 'paused') group by sequence_id
    ) running on running.sequence_id = s.id
    where s.portal_id = ${portalId}
    order by s.status = 'archived', lower(s.name), s.id
  `.execute(trx)
  return rows
}

/** Ids of its active and paused enrollments, in the order in which they must be locked. */
export async function listRunning(trx: Trx, portalId: number, sequenceId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('enrollments')
    .where('portalId', '=', portalId)
    .where('sequenceId', '=', sequenceId)
    .where('status', 'in', ['active', 'paused'])
    .select('id')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}
