import { normalizeAddress } from '#mail/address.ts'
import type { SendFacts } from '#modules/deals/send-facts.ts'
import { planStep } from '#modules/enrollments/plan-step.ts'
import { PAUSE_REASON, type PauseReason, type StopReason } from '#shared/vocabulary.ts'
import { holdForOwner, judgeChanges } from './judge-changes.ts'
import type { RunState } from './state-repository.ts'

export type { RunState }

/** What must happen with a claimed e-mail run, and why. */
export type Decision =
  | { readonly kind: 'send' }
  /** The enrollment is over already. */
  | { readonly kind: 'cancel'; readonly why: string }
  | { readonly kind: 'end'; readonly reason: StopReason }
  /** Another contact of the deal replied, as HubSpot knows: until a person resumes it. */
  | { readonly kind: 'pause_others' }
  /** Waits for a person. */
  | { readonly kind: 'hold'; readonly why: string }
  /** Something is paused; looked at again later. */
  | { readonly kind: 'paused'; readonly why: string }
  /** Outside its sending windows: goes out when the next one opens. */
  | { readonly kind: 'put_off'; readonly dueAt: Temporal.Instant; readonly why: string }
  /** What we keep is out of date, and was brought up to date just now: begins again. */
  | { readonly kind: 'again'; readonly why: string }
  /** The mail is with the server, or may be: only its outcome is left to write. */
  | { readonly kind: 'settle'; readonly outcome: 'sent' | 'unconfirmed' }

/** How the sentence of every step begins that a paused sequence keeps back. */
export const SEQUENCE_IS_PAUSED = 'The sequence is paused; '
export const SEQUENCE_PAUSED = `${SEQUENCE_IS_PAUSED}the mail goes out when it is resumed.`
const STEP_PAUSED = `${SEQUENCE_IS_PAUSED}this step is done when it is resumed.`
/** How the sentence of a step begins that a stop keeps back; the stop's reason follows. */
export const SENDING_STOPPED = 'Sending is stopped: '
export const ENROLLMENT_ENDED = 'The enrollment ended before this step.'
const NO_ADDRESS = 'The contact has no e-mail address. Add one in HubSpot, then try again.'
const BAD_ADDRESS = 'The contact’s e-mail address is not valid. Correct it in HubSpot, then try again.'
const MAILED_ELSEWHERE =
  'This e-mail went to the same address through another contact of the deal. Skip it, or correct the address in HubSpot and try again.'
const RESEND_PAUSED = 'The enrollment is paused; the mail goes out when it is resumed.'

export interface DecisionFacts {
  /** See `ClaimedRun`. */
  readonly resend: boolean
  /** The contact's address, normalized; undefined when there is none or it is no address. */
  readonly address: string | undefined
  /** Why the address is on the do-not-mail list. */
  readonly suppression: string | undefined
  /** What HubSpot said just now; undefined before it was asked. */
  readonly told: SendFacts | undefined
  /** See `selectClosedStages`. */
  readonly closedStages: ReadonlySet<string>
  /** The account's time zone; null when HubSpot named none. */
  readonly portalTimeZone: string | null
  readonly now: Temporal.Instant
}

/** The sentence of a step that was taken back by a pause: resuming plans it again. Pure. */
export function takenBackBy(pause: PauseReason | null): string {
  return `${PAUSE_REASON[pause ?? 'paused_by_user']}.`
}

/** Decides over a claimed step that is no mail, from what is known now; undefined when it may be done. Pure. */
export function decideBeforeStep(
  state: RunState,
  facts: Pick<DecisionFacts, 'suppression' | 'told' | 'closedStages'>,
): Exclude<Decision, { kind: 'send' }> | undefined {
  const early = enrollmentDecision(state, false) ?? mergeDecision(facts)
  if (early) return early
  const ending = endingOf(state, facts)
  if (ending === 'pause_others') return { kind: ending }
  if (ending) return { kind: 'end', reason: ending }
  return sequenceDecision(state, STEP_PAUSED)
}

/** Decides from what is known now. Pure; called before HubSpot is asked, after it, and when a gate was closed. */
export function decideBeforeSend(state: RunState, facts: DecisionFacts): Decision {
  const early = deliveryDecision(state) ?? enrollmentDecision(state, facts.resend) ?? mergeDecision(facts)
  if (early) return early
  const ending = endingOf(state, facts)
  if (ending === 'pause_others') return { kind: ending }
  if (ending) return { kind: 'end', reason: ending }
  const resting = sequenceDecision(state, SEQUENCE_PAUSED)
  if (resting) return resting
  if (state.sendingStop !== null) return { kind: 'paused', why: `${SENDING_STOPPED}${state.sendingStop}` }
  if (state.step?.kind !== 'email') {
    return { kind: 'hold', why: 'This step is missing from its sequence version. Skip it.' }
  }
  if (facts.told?.contact && normalizeAddress(facts.told.contact.email ?? '') !== facts.address) {
    return { kind: 'again', why: 'The contact’s e-mail address has just changed in HubSpot.' }
  }
  // Only HubSpot says that there is none: what is kept may be blank because another contact has the address now.
  if (facts.told && !facts.address) return { kind: 'hold', why: facts.told.contact?.email ? BAD_ADDRESS : NO_ADDRESS }
  // Who sends it once more has decided that it goes out twice.
  if (facts.told && state.mailedElsewhere && !facts.resend) return { kind: 'hold', why: MAILED_ELSEWHERE }
  const held = facts.told && holdForOwner(state, facts.told)
  if (held) return { kind: 'hold', why: held }
  return windowDecision(state, facts) ?? { kind: 'send' }
}

function sequenceDecision(
  { sequenceStatus, enrollmentStatus }: RunState,
  paused: string,
): Exclude<Decision, { kind: 'send' }> | undefined {
  // A finishing sequence enrolls nobody new; those in it go on.
  if (sequenceStatus === 'active' || sequenceStatus === 'finishing') return undefined
  if (sequenceStatus === 'paused') return { kind: 'paused', why: paused }
  // Archived over what ran in it, which is being ended one by one. A mail sent once more is an extra of one that is complete.
  if (sequenceStatus === 'archived' && enrollmentStatus === 'active')
    return { kind: 'end', reason: 'sequence_archived' }
  return { kind: 'hold', why: 'The sequence is no longer in use. Skip this step or stop the enrollment.' }
}

/**
 * A mail was planned for an open window, but an outage, a retry or a pause may have made it late: then it looks for the next
 * one. What a person sends once more goes at once: they know what time it is.
 */
function windowDecision(state: RunState, { resend, portalTimeZone, now }: DecisionFacts): Decision | undefined {
  const { step, calendar, contact, ownerTimeZone } = state
  if (resend || !step) return undefined
  const facts = { contactTimeZone: contact.timeZone, ownerTimeZone, portalTimeZone, closeDate: null }
  const planned = planStep({ definition: { steps: [step], calendar }, position: 0, at: now, facts })
  if (planned?.status === 'held') return { kind: 'hold', why: planned.why }
  if (!planned || planned.dueAt.equals(now)) return undefined
  return { kind: 'put_off', dueAt: planned.dueAt, why: `Put off to the next sending window: ${planned.why}` }
}

function deliveryDecision(state: RunState): Decision | undefined {
  const status = state.delivery?.status
  if (status === 'accepted') return { kind: 'settle', outcome: 'sent' }
  if (status === 'sending_data' || status === 'unconfirmed') return { kind: 'settle', outcome: 'unconfirmed' }
  return undefined
}

/** A mail that a person sends once more may belong to an enrollment that is complete. */
function enrollmentDecision(state: RunState, resend: boolean): Exclude<Decision, { kind: 'send' }> | undefined {
  const { enrollmentStatus, pauseReason } = state
  if (enrollmentStatus === 'paused') {
    return resend ? { kind: 'paused', why: RESEND_PAUSED } : { kind: 'cancel', why: takenBackBy(pauseReason) }
  }
  if (enrollmentStatus === 'active' || (enrollmentStatus === 'completed' && resend)) return undefined
  return { kind: 'cancel', why: ENROLLMENT_ENDED }
}

/** The enrollment goes on with the other record, or has ended by now. */
function mergeDecision({ told }: Pick<DecisionFacts, 'told'>): Extract<Decision, { kind: 'again' }> | undefined {
  return told?.merged ? { kind: 'again', why: 'The deal or the contact has just been merged in HubSpot.' } : undefined
}

function endingOf(
  state: RunState,
  facts: Pick<DecisionFacts, 'suppression' | 'told' | 'closedStages'>,
): StopReason | 'pause_others' | undefined {
  const { contact, deal } = state
  const { told } = facts
  if (contact.deleted || told?.contact === null) return contact.merged ? 'merged' : 'contact_deleted'
  if (facts.suppression) return facts.suppression === 'unsubscribed' ? 'unsubscribed' : 'suppressed'
  if (contact.optedOut || told?.contact.optedOut) return 'unsubscribed'
  if (deal?.deleted || told?.deleted) return deal?.merged ? 'merged' : 'deal_deleted'
  if (!told) return undefined
  if (!told.onDeal) return 'contact_removed'
  if (hasLeftStage(state, told)) return 'stage_left'
  return judgeChanges(state, told, facts.closedStages)
}

function hasLeftStage(state: RunState, { pipelineId, stageId }: SendFacts): boolean {
  if (state.stageId === null) return false
  const changedPipeline = pipelineId !== null && state.pipelineId !== null && pipelineId !== state.pipelineId
  return stageId !== state.stageId || changedPipeline
}
