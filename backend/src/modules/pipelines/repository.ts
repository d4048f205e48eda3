import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { PipelinesTable, StagesTable } from '#db/tables.ts'

export type PipelineRecord = Pick<PipelinesTable, 'pipelineId' | 'label' | 'displayOrder'> & { archived: boolean }
export type StageRecord = Pick<StagesTable, 'pipelineId' | 'stageId' | 'label' | 'displayOrder' | 'isClosed'> & {
  isLost: boolean
  archived: boolean
}

/** Locks the installation and tells when its pipelines were read; undefined when the portal never connected. */
export async function lockRefreshedAt(
  trx: Trx,
  portalId: number,
): Promise<{ pipelinesRefreshedAt: Temporal.Instant | null } | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select('pipelinesRefreshedAt')
    .forNoKeyUpdate()
    .executeTakeFirst()
}

export async function setRefreshedAt(trx: Trx, portalId: number, at: Temporal.Instant): Promise<void> {
  await trx.updateTable('installations').set({ pipelinesRefreshedAt: at }).where('portalId', '=', portalId).execute()
}

export async function findRefreshedAt(trx: Trx, portalId: number): Promise<Temporal.Instant | null> {
  return (await findReading(trx, portalId))?.pipelinesRefreshedAt ?? null
}

/** When the pipelines were asked for, and when what was read last had been asked for; undefined before connecting. */
export async function findReading(
  trx: Trx,
  portalId: number,
): Promise<{ pipelinesRefreshedAt: Temporal.Instant | null; pipelinesAskedAt: Temporal.Instant | null } | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select(['pipelinesRefreshedAt', 'pipelinesAskedAt'])
    .executeTakeFirst()
}

/** Claims the next reading of the pipelines for the caller; false when somebody asked after `since`. */
export async function claimReading(
  trx: Trx,
  portalId: number,
  { now, since }: { now: Temporal.Instant; since: Temporal.Instant },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('installations')
    .set({ pipelinesAskedAt: now })
    .where('portalId', '=', portalId)
    .where((eb) => eb.or([eb('pipelinesAskedAt', 'is', null), eb('pipelinesAskedAt', '<=', since)]))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function listPipelineRecords(trx: Trx, portalId: number): Promise<PipelineRecord[]> {
  return trx
    .selectFrom('pipelines')
    .where('portalId', '=', portalId)
    .select(['pipelineId', 'label', 'displayOrder', 'archived'])
    .orderBy('displayOrder')
    .orderBy('pipelineId')
    .execute()
}

export async function listStageRecords(trx: Trx, portalId: number): Promise<StageRecord[]> {
  return trx
    .selectFrom('stages')
    .where('portalId', '=', portalId)
    .select(['pipelineId', 'stageId', 'label', 'displayOrder', 'isClosed', 'isLost', 'archived'])
    .orderBy('pipelineId')
    .orderBy('displayOrder')
    .orderBy('stageId')
    .execute()
}

export async function upsertPipelines(trx: Trx, portalId: number, pipelines: PipelineRecord[]): Promise<void> {
  for (const chunk of chunksOf(pipelines)) {
    await trx
      .insertInto('pipelines')
      .values(chunk.map((pipeline) => ({ portalId, ...pipeline })))
      .onConflict((conflict) =>
        conflict.columns(['portalId', 'pipelineId']).doUpdateSet((eb) => ({
          label: eb.ref('excluded.label'),
          displayOrder: eb.ref('excluded.displayOrder'),
          archived: eb.ref('excluded.archived'),
        })),
      )
      .execute()
  }
}

export async function upsertStages(trx: Trx, portalId: number, stages: StageRecord[]): Promise<void> {
  for (const chunk of chunksOf(stages)) {
    await trx
      .insertInto('stages')
      .values(chunk.map((stage) => ({ portalId, ...stage })))
      .onConflict((conflict) =>
        conflict.columns(['portalId', 'pipelineId', 'stageId']).doUpdateSet((eb) => ({
          label: eb.ref('excluded.label'),
          displayOrder: eb.ref('excluded.displayOrder'),
          isClosed: eb.ref('excluded.isClosed'),
          isLost: eb.ref('excluded.isLost'),
          archived: eb.ref('excluded.archived'),
        })),
      )
      .execute()
  }
}

export interface LabelRecord {
  pipelineId: string
  stageId: string
  pipelineLabel: string
  stageLabel: string
  isClosed: boolean
  archived: boolean
}

/** The stages among these pairs that we have ever seen, archived ones too. */
export async function findLabels(
  trx: Trx,
  portalId: number,
  pipelineIds: string[],
  stageIds: string[],
): Promise<LabelRecord[]> {
  const { rows } = await sql<LabelRecord>`
    select s.pipeline_id, s.stage_id, p.label as pipeline_label, s.label as stage_label, s.is_closed,
      s.archived or p.archived as archived
    from unnest(${pipelineIds}::text[], ${stageIds}::text[]) as wanted (pipeline_id, stage_id)
    join stages s on s.portal_id = ${portalId} and s.pipeline_id = wanted.pipeline_id and s.stage_id = wanted.stage_id
    join pipelines p on p.portal_id = ${portalId} and p.pipeline_id = s.pipeline_id
  `.execute(trx)
  return rows
}

/** Postgres takes 65,535 parameters per statement. */
function chunksOf<T>(rows: T[]): T[][] {
  const chunks: T[][] = []
  for (let start = 0; start < rows.length; start += 1000) chunks.push(rows.slice(start, start + 1000))
  return chunks
}
