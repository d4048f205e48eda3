import { describeSpan } from '#modules/enrollments/describe-span.ts'
import { forecastSteps } from '#modules/enrollments/forecast-steps.ts'
import type { PlannedStep } from '#modules/enrollments/plan-step.ts'
import { describeDate } from '#modules/schedules/describe-date.ts'
import { knownZone } from '#modules/steps/describe-moment.ts'
import type { EnrollmentRow } from '#shared/contract/enrollment.ts'
import { PAUSE_REASON, STOP_REASON } from '#shared/vocabulary.ts'
import { describePlace } from './describe-place.ts'
import { describeTemplate } from './describe-template.ts'
import type { EnrollmentRecord, Outline, RunRecord } from './repository.ts'

export interface EnrollmentFacts {
  readonly enrollment: EnrollmentRecord
  /** Its version. */
  readonly outline: Outline
  /** Its open runs and those that need a person, later steps first. */
  readonly runs: readonly RunRecord[]
  readonly connected: boolean
  /** The portal's; null when HubSpot did not say it. */
  readonly timeZone: string | null
}

/** One enrollment as the card shows it: where it stands, what comes when, and why. Pure. */
export function describeEnrollment(facts: EnrollmentFacts): EnrollmentRow {
  const { enrollment, outline, runs } = facts
  const { id, sequenceName, version, status, source, enrolledAt, stepPosition } = enrollment
  const running = status === 'active' || status === 'paused'
  const current = running ? runs.find((run) => run.position === stepPosition && run.epoch === 1) : undefined
  const attention = findAttention(enrollment, runs)
  const next = isMoving(facts) && current ? nextMail(facts, current) : undefined
  return {
    id,
    sequenceName,
    version,
    status,
    step: describeStep(enrollment, outline),
    nextSendAt: next && next.status === 'scheduled' ? next.dueAt.toString() : null,
    why: [describeWhy(facts, current ?? attention), ...describeNext(current, next)].join(' '),
    attention: attention ? describeAttention(facts, attention) : null,
    source,
    enrolledAt: enrolledAt.toString(),
    canPause: status === 'active',
    canResume: status === 'paused',
    canStop: running,
  }
}

type AttentionRun = RunRecord & { status: 'held' | 'failed' | 'unconfirmed' }

/**
 * A mail nobody can know about stays a question after the enrollment moved on or was completed, until it is sent once more;
 * so does such an extra mail. Every other step waits only where a running enrollment stands.
 */
function findAttention(enrollment: EnrollmentRecord, runs: readonly RunRecord[]): AttentionRun | undefined {
  const { status, stepPosition } = enrollment
  if (status === 'stopped') return undefined
  return runs.find((run): run is AttentionRun => {
    if (run.status === 'unconfirmed') return !run.sentAgain
    if (run.status !== 'held' && run.status !== 'failed') return false
    return run.epoch > 1 || (status !== 'completed' && run.position === stepPosition)
  })
}

/** The question, and which e-mail it is about when the enrollment stands elsewhere by now. */
function describeAttention({ enrollment, outline }: EnrollmentFacts, run: AttentionRun): EnrollmentRow['attention'] {
  const elsewhere = enrollment.status === 'completed' || run.position !== enrollment.stepPosition
  const step = outline.steps[run.position]
  const subject = run.sentSubject ?? describeTemplate(step?.kind === 'email' ? step.subject : '')
  const about = `Step ${run.position + 1}${subject ? `, “${subject}”` : ''}`
  // The mail server's own words are for the operator; they stay with the run.
  if (run.status === 'unconfirmed') {
    const message = `${about}, was handed to the mail server, which stopped answering before it confirmed.`
    return { stepRunId: run.id, kind: run.status, message }
  }
  return { stepRunId: run.id, kind: run.status, message: elsewhere ? `${about}: ${run.why}` : run.why }
}

function isMoving({ enrollment, connected }: EnrollmentFacts): boolean {
  return connected && enrollment.status === 'active' && mails(enrollment.sequenceStatus)
}

/** A finishing sequence enrolls nobody new; those in it get their mails. */
function mails(status: EnrollmentRecord['sequenceStatus']): boolean {
  return status === 'active' || status === 'finishing'
}

type NextMail = Pick<PlannedStep, 'status' | 'dueAt' | 'why'>

/** The next mail as the scheduler sees it now, if the current run goes as planned; a step before it may be held. */
function nextMail({ enrollment, outline }: EnrollmentFacts, current: RunRecord): NextMail | undefined {
  if (current.status !== 'scheduled') return undefined
  if (current.kind === 'email') return { ...current, status: current.status }
  const behind = new Set(enrollment.stepsBehind)
  return forecastSteps(outline, current, enrollment, behind).find(
    ({ kind, status }) => kind === 'email' || status === 'held',
  )
}

/** What comes after a wait, where that is not simply its end: the mail looks for its own window. */
function describeNext(current: RunRecord | undefined, next: NextMail | undefined): string[] {
  if (!current || !next || current.kind === 'email') return []
  if (next.status === 'held') return [`After it a person will be needed: ${next.why}`]
  if (next.dueAt.equals(current.dueAt)) return []
  return [`The e-mail after it: ${next.why}`]
}

function describeStep({ status, stepPosition, stepCount }: EnrollmentRecord, { steps }: Outline): string {
  if (status === 'completed') return stepCount === 1 ? 'The only step is done' : `All ${stepCount} steps are done`
  if (status === 'stopped') return `Stopped at step ${Math.min(stepPosition + 1, stepCount)} of ${stepCount}`
  return describePlace(steps, stepPosition)
}

function describeWhy(facts: EnrollmentFacts, run: RunRecord | undefined): string {
  const { enrollment, connected } = facts
  const { status, stopReason, sequenceStatus } = enrollment
  if (status === 'completed') return 'The sequence is complete.'
  if (status === 'stopped') return stopReason ? `${STOP_REASON[stopReason]}.` : 'It was stopped.'
  if (status === 'paused') return describePause(facts)
  if (!connected) return 'HubSpot is not connected, so nothing is sent.'
  if (!mails(sequenceStatus)) return 'The sequence is paused, so nothing is sent until it is resumed.'
  if (!run) return 'The next step is being planned.'
  return run.status === 'sending' ? 'The e-mail is being sent now.' : run.why
}

function describePause({ enrollment, timeZone }: EnrollmentFacts): string {
  const { pausedRemaining, pauseReason, pausedUntil } = enrollment
  const rest = pausedRemaining ? `it waits ${describeSpan(pausedRemaining)} more` : undefined
  if (pausedUntil) {
    const day = describeDate(pausedUntil.toZonedDateTimeISO(knownZone(timeZone)).toPlainDate())
    return `Out of office until ${day}. It goes on by itself then${rest ? `, and ${rest}` : ''}.`
  }
  return `${PAUSE_REASON[pauseReason ?? 'paused_by_user']}.${rest ? ` When it is resumed, ${rest}.` : ''}`
}
