import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { SequenceStatus } from '#shared/vocabulary.ts'

export interface MappingRecord {
  pipelineId: string
  stageId: string
  sequenceId: string
  active: boolean
  policy: EnrollmentPolicy
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
  { policy, ...mapping }: Omit<MappingRecord, 'policy'> & { policy: EnrollmentPolicy | undefined },
  updatedAt: Temporal.Instant,
): Promise<void> {
  await trx
    .insertInto('mappings')
    .values({ portalId, ...mapping, ...(policy ? { policy: JSON.stringify(policy) } : {}), updatedAt })
    .onConflict((conflict) =>
      conflict.columns(['portalId', 'pipelineId', 'stageId']).doUpdateSet((eb) => ({
        sequenceId: eb.ref('excluded.sequenceId'),
        active: eb.ref('excluded.active'),
        ...(policy ? { policy: sql<string>`excluded.policy` } : {}),
        updatedAt: eb.ref('excluded.updatedAt'),
      })),
    )
    .execute()
}

/** The mapping's sequence; undefined when there is none. */
export async function setActive(
  trx: Trx,
  portalId: number,
  { pipelineId, stageId, active }: Pick<MappingRecord, 'pipelineId' | 'stageId' | 'active'>,
  updatedAt: Temporal.Instant,
): Promise<{ sequenceId: string; sequenceName: string } | undefined> {
  return trx
    .updateTable('mappings as m')
    .from('sequences as s')
    .set({ active, updatedAt })
    .where('m.portalId', '=', portalId)
    .where('m.pipelineId', '=', pipelineId)
    .where('m.stageId', '=', stageId)
    .where('s.portalId', '=', portalId)
    .whereRef('s.id', '=', 'm.sequenceId')
    .returning(['m.sequenceId', 's.name as sequenceName'])
    .executeTakeFirst()
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
      'm.policy',
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

/** The mappings of a stage, whatever its pipeline: a stage's id is its own in every pipeline HubSpot has. */
export async function findMappingsOfStage(trx: Trx, portalId: number, stageId: string): Promise<MappingRecord[]> {
  return trx
    .selectFrom('mappings')
    .where('portalId', '=', portalId)
    .where('stageId', '=', stageId)
    .orderBy('pipelineId')
    .select(['pipelineId', 'stageId', 'sequenceId', 'active', 'policy'])
    .execute()
}

export async function listActiveRules(
  trx: Trx,
  portalId: number,
): Promise<{ pipelineId: string; stageId: string; policy: EnrollmentPolicy }[]> {
  return trx
    .selectFrom('mappings')
    .where('portalId', '=', portalId)
    .where('active', '=', true)
    .select(['pipelineId', 'stageId', 'policy'])
    .execute()
}
