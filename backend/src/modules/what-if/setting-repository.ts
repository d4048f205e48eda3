import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { InstallationStatus, SequenceStatus } from '#shared/vocabulary.ts'

/** What of an account fills and sends its mails. */
export interface PortalFacts {
  readonly status: InstallationStatus
  readonly accountName: string | null
  readonly timeZone: string | null
  readonly connectedByEmail: string | null
  readonly fromName: string | null
  readonly replyTo: string | null
  readonly postalAddress: string | null
  readonly scopes: string[]
}

export async function selectPortal(trx: Trx, portalId: number): Promise<PortalFacts | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select(['status', 'accountName', 'timeZone', 'connectedByEmail', 'fromName', 'replyTo', 'postalAddress', 'scopes'])
    .executeTakeFirst()
}

/** Labels by `pipeline` and `pipeline/stage`. */
export async function selectStageLabels(trx: Trx, portalId: number): Promise<Map<string, string>> {
  const { rows } = await sql<{ key: string; label: string }>`
    select pipeline_id as key, label from pipelines where portal_id = ${portalId}
    union all
    select pipeline_id || '/' || stage_id, label from stages where portal_id = ${portalId}
  `.execute(trx)
  return new Map(rows.map((row) => [row.key, row.label]))
}

/** `pipeline/stage` of those that close a deal. */
export async function selectClosing(trx: Trx, portalId: number): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('stages')
    .where('portalId', '=', portalId)
    .where('isClosed', '=', true)
    .select(['pipelineId', 'stageId'])
    .execute()
  return new Set(rows.map(({ pipelineId, stageId }) => `${pipelineId}/${stageId}`))
}

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
