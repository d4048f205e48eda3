import type { Trx } from '#db/database.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { SequenceStatus } from '#shared/vocabulary.ts'

export interface MappingFacts {
  readonly pipelineId: string
  readonly stageId: string
  readonly sequenceId: string
  readonly active: boolean
  readonly policy: EnrollmentPolicy
}

export async function selectMappings(trx: Trx, portalId: number): Promise<MappingFacts[]> {
  return trx
    .selectFrom('mappings')
    .where('portalId', '=', portalId)
    .select(['pipelineId', 'stageId', 'sequenceId', 'active', 'policy'])
    .orderBy('pipelineId')
    .orderBy('stageId')
    .execute()
}

export interface SequenceFacts {
  readonly id: string
  readonly name: string
  readonly status: SequenceStatus
  readonly version: number
  readonly definition: SequenceDefinition
}

/** What is published of every sequence in use. */
export async function selectPublished(trx: Trx, portalId: number): Promise<SequenceFacts[]> {
  return trx
    .selectFrom('sequences as s')
    .innerJoin('sequenceVersions as v', (join) =>
      join
        .onRef('v.portalId', '=', 's.portalId')
        .onRef('v.sequenceId', '=', 's.id')
        .onRef('v.version', '=', 's.version'),
    )
    .where('s.portalId', '=', portalId)
    .where('s.status', '<>', 'archived')
    .select(['s.id', 's.name', 's.status', 'v.version', 'v.definition'])
    .orderBy('s.id')
    .execute()
}
