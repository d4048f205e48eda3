import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { SequenceStatus } from '#shared/vocabulary.ts'

export interface MappingRecord {
  pipelineId: string
  stageId: string
  sequenceId: string
  active: boolean
}

export interface NamedMapping extends MappingRecord {
  sequenceName: string
  sequenceStatus: SequenceStatus
  pipelineLabel: string | null
  stageLabel: string | null
  stageArchived: boolean | null
}

export async function upsertMapping(
  trx: Trx,
  portalId: number,
  mapping: MappingRecord,
  updatedAt: Temporal.Instant,
): Promise<void> {
  await trx
    .insertInto('mappings')
    .values({ portalId, ...mapping, updatedAt })
    .onConflict((conflict) =>
      conflict.columns(['portalId', 'pipelineId', 'stageId']).doUpdateSet((eb) => ({
        sequenceId: eb.ref('excluded.sequenceId'),
        active: eb.ref('excluded.active'),
        updatedAt: eb.ref('excluded.updatedAt'),
      })),
    )
    .execute()
}

/** The removed mapping's sequence name; undefined when there was none. */
export async function deleteMapping(
  trx: Trx,
  portalId: number,
  pipelineId: string,
  stageId: string,
): Promise<{ sequenceName: string } | undefined> {
  return trx
    .deleteFrom('mappings as m')
    .using('sequences as s')
    .where('m.portalId', '=', portalId)
    .where('m.pipelineId', '=', pipelineId)
    .where('m.stageId', '=', stageId)
    .where('s.portalId', '=', portalId)
    .whereRef('s.id', '=', 'm.sequenceId')
    .returning('s.name as sequenceName')
    .executeTakeFirst()
}

export async function listNamedMappings(trx: Trx, portalId: number): Promise<NamedMapping[]> {
  return trx
    .selectFrom('mappings as m')
    .innerJoin('sequences as s', (join) =>
      join.onRef('s.portalId', '=', 'm.portalId').onRef('s.id', '=', 'm.sequenceId'),
    )
    .leftJoin('pipelines as p', (join) =>
      join.onRef('p.portalId', '=', 'm.portalId').onRef('p.pipelineId', '=', 'm.pipelineId'),
    )
    .leftJoin('stages as t', (join) =>
      join
        .onRef('t.portalId', '=', 'm.portalId')
        .onRef('t.pipelineId', '=', 'm.pipelineId')
        .onRef('t.stageId', '=', 'm.stageId'),
    )
    .where('m.portalId', '=', portalId)
    .select([
      'm.pipelineId',
      'm.stageId',
      'm.sequenceId',
      'm.active',
      's.name as sequenceName',
      's.status as sequenceStatus',
      'p.label as pipelineLabel',
      't.label as stageLabel',
    ])
    .select(sql<boolean | null>`t.archived or p.archived`.as('stageArchived'))
    .orderBy('p.displayOrder')
    .orderBy('m.pipelineId')
    .orderBy('t.displayOrder')
    .orderBy('m.stageId')
    .execute()
}

/** The mappings of these (pipelineId, stageId) pairs, in one query. */
export async function findMappingRecords(
  trx: Trx,
  portalId: number,
  pipelineIds: string[],
  stageIds: string[],
): Promise<MappingRecord[]> {
  const { rows } = await sql<MappingRecord>`
    select m.pipeline_id, m.stage_id, m.sequence_id, m.active
    from (select distinct * from unnest(${pipelineIds}::text[], ${stageIds}::text[])) as wanted (pipeline_id, stage_id)
    join mappings m on m.portal_id = ${portalId} and m.pipeline_id = wanted.pipeline_id and m.stage_id = wanted.stage_id
  `.execute(trx)
  return rows
}

export async function listActiveStages(trx: Trx, portalId: number): Promise<{ pipelineId: string; stageId: string }[]> {
  return trx
    .selectFrom('mappings')
    .where('portalId', '=', portalId)
    .where('active', '=', true)
    .select(['pipelineId', 'stageId'])
    .execute()
}
