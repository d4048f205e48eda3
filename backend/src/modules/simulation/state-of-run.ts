import { NO_TALKS, type SendFacts } from '#modules/deals/send-facts.ts'
import { chooseVariant } from '#modules/steps/choose-variant.ts'
import type { RunState } from '#modules/steps/decide-before-send.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { isClosed, stageOf, suppressionOf } from './decide-simulated-entry.ts'
import { readDeal } from './let-happen.ts'
import type { SimulatedRun, SimulatedWorld } from './simulated-world.ts'
import { ownerZone } from './walk-steps.ts'

/** Of talks in HubSpot a history knows nothing. */
const NO_KEPT_TALKS = {
  dealRepliedAt: null,
  dealBookedAt: null,
  dealMeetingAt: null,
  contactRepliedAt: null,
  contactBookedAt: null,
  contactMeetingAt: null,
}

/** Why the contact's address is on the do-not-mail list by now. */
export function suppressionAt(world: SimulatedWorld, contactId: string): string | undefined {
  const contact = world.contacts.get(contactId)
  return contact && suppressionOf(contact, world.now)
}

/** What HubSpot says at that moment; the answer is kept, as live. */
export function askHubSpot(world: SimulatedWorld, { enrollment }: SimulatedRun): SendFacts {
  const deal = world.deals.get(enrollment.dealId)
  const contact = world.contacts.get(enrollment.contactId)
  if (deal && !deal.deleted) readDeal(deal)
  return {
    merged: false,
    pipelineId: deal?.pipelineId ?? null,
    stageId: deal ? stageOf(deal) : null,
    deleted: deal?.deleted ?? true,
    onDeal: true,
    contact: contact ? { email: contact.email, optedOut: contact.optedOut, talks: NO_TALKS } : null,
    ownerId: deal?.ownerId ?? null,
    isClosed: deal ? isClosed(world, deal) : false,
    talks: NO_TALKS,
    values: null,
    readAt: world.now,
  }
}

/** What is kept of the run's enrollment, deal and contact, as `loadRuns` would give it. */
export function stateOf(world: SimulatedWorld, run: SimulatedRun): RunState {
  const { enrollment } = run
  const { sequence } = enrollment
  const deal = world.deals.get(enrollment.dealId)
  const contact = world.contacts.get(enrollment.contactId)
  return {
    runId: `${enrollment.order}/${run.position}`,
    why: run.why,
    enrollmentStatus: enrollment.status,
    pauseReason: null,
    sequenceId: sequence.id,
    sequenceName: sequence.name,
    sequenceStatus: 'active',
    sendingStop: null,
    reachedAt: enrollment.reachedAt,
    enrolledAt: enrollment.enrolledAt,
    meetingTakenAt: null,
    replyTakenAt: enrollment.replyTakenAt,
    startKept: true,
    startStageId: enrollment.startStageId,
    startOwnerId: enrollment.startOwnerId,
    startBookedAt: null,
    startMeetingAt: null,
    resumedAt: null,
    ...NO_KEPT_TALKS,
    approval: null,
    rules: {
      onReply: sequence.definition.onReply ?? null,
      onOwnerChange: sequence.definition.onOwnerChange ?? null,
      stopOnMeeting: sequence.definition.stopOnMeeting ?? null,
      stopWhenClosed: sequence.definition.stopWhenClosed ?? null,
    },
    tracking: null,
    waitedUntil: run.waitedUntil,
    dealId: enrollment.dealId,
    pipelineId: enrollment.pipelineId,
    stageId: enrollment.stageId,
    step: textOf(world, run),
    calendar: sequence.definition.calendar ?? null,
    personId: enrollment.contactId,
    contact: {
      contactId: enrollment.contactId,
      email: contact?.address ?? null,
      firstName: contact?.firstName ?? null,
      lastName: contact?.lastName ?? null,
      phone: contact?.phone ?? null,
      company: contact?.company ?? null,
      timeZone: contact?.timeZone ?? null,
      optedOut: contact?.optedOut ?? false,
      deleted: contact === undefined,
      merged: false,
    },
    deal: deal
      ? {
          name: deal.name,
          amount: deal.amount,
          pipelineId: deal.pipelineId,
          stageId: stageOf(deal),
          ownerId: deal.ownerId,
          isClosed: isClosed(world, deal),
          deleted: deal.deleted,
          merged: false,
        }
      : null,
    ownerTimeZone: ownerZone(world, enrollment.dealId),
    dealReadAt: null,
    contactsReadAt: null,
    contactReadAt: world.now,
    onDeal: true,
    delivery: null,
    lastSenderId: enrollment.lastSenderId,
    // Everybody has an address of their own here.
    mailedElsewhere: false,
  }
}

/** A step with variants says what one of them says: drawn like live, only that nobody knows the id a real enrollment would get. */
function textOf({ setting }: SimulatedWorld, { enrollment, position }: SimulatedRun): Step | null {
  const step = enrollment.sequence.definition.steps[position]
  if (step?.kind !== 'email') return step ?? null
  const enrollmentId = `${enrollment.dealId}/${enrollment.contactId}`
  const chosen = chooseVariant(step, { portalId: setting.portalId, enrollmentId })
  return chosen ? { ...step, subject: chosen.subject, body: chosen.body } : step
}
