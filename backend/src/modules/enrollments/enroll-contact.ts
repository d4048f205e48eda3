import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { planStep } from './plan-step.ts'
import { getStartFacts, insertEnrollment, type StartFacts } from './repository.ts'
import { scheduleStep } from './schedule-step.ts'

export interface NewEnrollment {
  sequence: { id: string; name: string; version: number; definition: SequenceDefinition }
  dealId: string
  /** Our id and HubSpot's. */
  contact: { id: string; contactId: string }
  /** The entry that enrolls; null when a person starts the sequence. `left`: the deal has left the stage since. */
  entry: { id: string; pipelineId: string; stageId: string; left?: boolean } | null
}

/**
 * Starts one contact of a deal on a sequence version and plans its first step. Returns the new id, or undefined when the
 * contact is already active in this sequence through this deal: the unique index decides, also between two workers.
 */
export async function enrollContact(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  input: NewEnrollment,
): Promise<string | undefined> {
  const now = deps.clock()
  const start = await getStartFacts(trx, portal.portalId, input.dealId, input.contact.id)
  const stopsWithStage = input.entry !== null && !input.entry.left && input.sequence.definition.stopWhenStageLeft
  const id = await insertEnrollment(trx, {
    portalId: portal.portalId,
    id: deps.ids(),
    sequenceId: input.sequence.id,
    version: input.sequence.version,
    dealId: input.dealId,
    contactId: input.contact.id,
    stageEntryId: input.entry?.id ?? null,
    pipelineId: stopsWithStage ? (input.entry?.pipelineId ?? null) : null,
    stageId: stopsWithStage ? (input.entry?.stageId ?? null) : null,
    source: input.entry ? 'stage' : 'manual',
    status: 'active',
    stopReason: null,
    stepPosition: 0,
    stepCount: input.sequence.definition.steps.length,
    pausedRemaining: null,
    enrolledAt: now,
    enrolledBy: portal.actor.kind === 'user' ? (portal.actor.email ?? portal.actor.userId) : null,
    endedAt: null,
    updatedAt: now,
    startKept: true,
    startStageId: input.entry?.stageId ?? start.stageId,
    startOwnerId: start.ownerId,
    startBookedAt: start.bookedAt,
    startMeetingAt: start.meetingAt,
  })
  if (!id) return undefined
  await recordActivity(deps, trx, portal, {
    kind: 'enrollment.started',
    dealId: input.dealId,
    contactId: input.contact.contactId,
    enrollmentId: id,
    data: { sequence: input.sequence.name, version: input.sequence.version, source: input.entry ? 'stage' : 'manual' },
    timeline: { event: 'enrolled', properties: { sequence: input.sequence.name } },
  })
  await planFirstStep(deps, trx, portal, input, { id, facts: start })
  return id
}

async function planFirstStep(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  { sequence, dealId, contact }: NewEnrollment,
  { id, facts }: { id: string; facts: StartFacts },
): Promise<void> {
  const { definition, name } = sequence
  const first = planStep({ definition, position: 0, at: deps.clock(), facts })
  if (!first) return
  const enrollment = { id, dealId, hubspotContactId: contact.contactId, sequenceName: name, definition }
  await scheduleStep(deps, trx, portal, enrollment, first)
}
