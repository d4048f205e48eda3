import type { Database } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'

/** Our copy of the default pipeline knows this stage, and that a deal is closed in it. */
export async function keepsClosedStage(
  db: Database,
  portalId: number,
  stageId: string,
  { isLost = false } = {},
): Promise<void> {
  await inPortal(db, portalId, async (trx) => {
    const pipeline = { portalId, pipelineId: 'default' }
    await trx
      .insertInto('pipelines')
      .values({ ...pipeline, label: 'Sales', displayOrder: 0 })
      .execute()
    const stage = { ...pipeline, stageId, label: stageId, displayOrder: 5, isClosed: true, isLost }
    await trx.insertInto('stages').values(stage).execute()
  })
}
