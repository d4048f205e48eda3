import type { Generated } from 'kysely'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { WhatIfStage } from '#shared/contract/what-if.ts'
import type { Json, Moment } from './column.ts'

/** The report is what `buildReport` gives, without names. */
export interface WhatIfRunsTable {
  portalId: number
  sequenceId: string
  id: string
  status: 'waiting' | 'reading' | 'done' | 'failed'
  stage: Json<WhatIfStage> | null
  name: string
  definition: Json<SequenceDefinition>
  revision: number
  dealsRead: Generated<number>
  dealsFound: Generated<number>
  report: Json<object> | null
  contactIds: Generated<string[]>
  problem: string | null
  askedAt: Moment
  askedBy: string | null
}
