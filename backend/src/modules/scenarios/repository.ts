import type { Trx } from '#db/database.ts'
import type { Scenario } from '#shared/contract/scenario.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'

export interface StoredScenarios {
  readonly scenarios: Scenario[]
  readonly revision: number
}

export async function findScenarios(
  trx: Trx,
  portalId: number,
  sequenceId: string,
): Promise<StoredScenarios | undefined> {
  return trx
    .selectFrom('sequenceScenarios')
    .where('portalId', '=', portalId)
    .where('sequenceId', '=', sequenceId)
    .select(['scenarios', 'revision'])
    .executeTakeFirst()
}

export async function putScenarios(
  trx: Trx,
  portalId: number,
  row: {
    readonly sequenceId: string
    readonly scenarios: string
    readonly revision: number
    readonly updatedAt: Temporal.Instant
    readonly updatedBy: string
  },
): Promise<void> {
  await trx
    .insertInto('sequenceScenarios')
    .values({ portalId, ...row })
    .onConflict((conflict) => conflict.columns(['portalId', 'sequenceId']).doUpdateSet(row))
    .execute()
}

export interface TriedSequence {
  readonly name: string
  readonly draft: SequenceDefinition
}

export async function findTriedSequence(
  trx: Trx,
  portalId: number,
  sequenceId: string,
): Promise<TriedSequence | undefined> {
  return trx
    .selectFrom('sequences')
    .where('portalId', '=', portalId)
    .where('id', '=', sequenceId)
    .select(['name', 'draft'])
    .executeTakeFirst()
}

/** The same, locked against every change of the draft. */
export async function lockTriedSequence(
  trx: Trx,
  portalId: number,
  sequenceId: string,
): Promise<(TriedSequence & { readonly status: string }) | undefined> {
  return trx
    .selectFrom('sequences')
    .where('portalId', '=', portalId)
    .where('id', '=', sequenceId)
    .select(['name', 'draft', 'status'])
    .forUpdate()
    .executeTakeFirst()
}
