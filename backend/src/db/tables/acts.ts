import type { Generated } from 'kysely'
import type { Moment } from './column.ts'

export interface MailApprovalsTable {
  portalId: number
  stepRunId: string
  enrollmentId: string
  subject: string | null
  body: string | null
  digest: Buffer
  approvedAt: Moment
  approvedBy: string
}

/** `intended`: HubSpot may have it already; `left`: nobody waits for it any more. */
export type StepTaskStatus = 'intended' | 'open' | 'completed' | 'gone' | 'left'

export interface StepTasksTable {
  portalId: number
  stepRunId: string
  enrollmentId: string
  dealId: string
  taskId: string | null
  status: StepTaskStatus
  intendedAt: Moment
  lookAt: Moment | null
  looks: Generated<number>
  timesOutAt: Moment | null
  onTimeout: 'go_on' | 'stop' | null
}

export interface PlacesTable {
  portalId: number
  id: string
  name: string
  position: number
  removed: Generated<boolean>
}

export interface PlaceStagesTable {
  portalId: number
  pipelineId: string
  stageId: string
  placeId: string
}

export interface ContactPlacesTable {
  portalId: number
  dealId: string
  /** Our id of the contact. */
  contactId: string
  placeId: string
  movedAt: Moment
}
