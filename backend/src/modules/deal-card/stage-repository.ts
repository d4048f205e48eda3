import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { SequenceStatus } from '#shared/vocabulary.ts'

/** An active mapping of a stage, with the sequences it may lead to. */
export interface MappedStage {
  readonly policy: Pick<EnrollmentPolicy, 'branches' | 'otherwise' | 'dwellMinutes'>
  /** The mapping's own sequence, and those of its branches, each once. */
  readonly sequences: readonly {
    readonly id: string
    readonly name: string
    readonly status: SequenceStatus
    readonly isOwn: boolean
  }[]
}

export async function findMappedStage(
  trx: Trx,
  portalId: number,
  pipelineId: string,
  stageId: string,
): Promise<MappedStage | undefined> {
  const { rows } = await sql<MappedStage>`
    select m.policy, (
      select jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'status', s.status, 'isOwn', s.id = m.sequence_id)
        order by s.id <> m.sequence_id, lower(s.name))
      from sequences s
      where s.portal_id = m.portal_id and (
        s.id = m.sequence_id
        or s.id::text in (select branch ->> 'sequenceId' from jsonb_array_elements(m.policy -> 'branches') as b (branch))
      )
    ) as sequences
    from mappings m
    where m.portal_id = ${portalId} and m.pipeline_id = ${pipelineId} and m.stage_id = ${stageId} and m.active
  `.execute(trx)
  return rows[0]
}
