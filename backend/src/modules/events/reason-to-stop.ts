import type { StopReason } from '#shared/vocabulary.ts'

/** Where a deal is and who is on it, as HubSpot said. */
export interface HeldFacts {
  /** Null or undefined: it no longer exists. */
  readonly deal:
    | { readonly pipelineId: string | null; readonly stageId: string | null; readonly isClosed: boolean }
    | null
    | undefined
  /** By HubSpot's contact id; undefined when nobody asked. */
  readonly contactTypes: { has(contactId: string): boolean } | undefined
}

export interface HeldEnrollment {
  readonly stageId: string | null
  readonly pipelineId: string | null
  /** HubSpot's id. */
  readonly contactId: string
  readonly stopWhenClosed: boolean | null
  /** Where the deal was when it began; null when that was not kept. */
  readonly startStageId: string | null
}

/** Why an enrollment no longer holds, by what HubSpot says of its deal now; undefined while it does. Pure. */
export function reasonToStop(facts: HeldFacts, enrollment: HeldEnrollment): StopReason | undefined {
  if (!facts.deal) return 'deal_deleted'
  if (
    enrollment.stageId !== null &&
    (enrollment.stageId !== facts.deal.stageId || enrollment.pipelineId !== facts.deal.pipelineId)
  ) {
    return 'stage_left'
  }
  const { isClosed, stageId } = facts.deal
  if (isClosed && enrollment.stopWhenClosed && enrollment.startStageId !== stageId) return 'deal_closed'
  // Not read is not the same as not among them.
  if (facts.contactTypes?.has(enrollment.contactId) === false) return 'contact_removed'
  return undefined
}
