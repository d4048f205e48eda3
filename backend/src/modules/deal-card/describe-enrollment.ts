import { describeSpan } from '#modules/enrollments/describe-span.ts'
import { forecastSteps } from '#modules/enrollments/forecast-steps.ts'
import type { PlannedStep } from '#modules/enrollments/plan-step.ts'
import { describeDate } from '#modules/schedules/describe-date.ts'
import { knownZone } from '#modules/steps/describe-moment.ts'
import { waitsToBeWritten } from '#modules/steps/fault-words.ts'
import { OWNER_CHANGED } from '#modules/steps/judge-changes.ts'
import type { EnrollmentRow } from '#shared/contract/enrollment.ts'
import { isFork } from '#shared/step-flow.ts'
import { PAUSE_REASON, STOP_REASON } from '#shared/vocabulary.ts'
import { describePlace, describeStep } from './describe-place.ts'
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
  /** Who the next mail comes from and why, as a sentence; undefined where that is no question. */
  readonly from: string | undefined
}

/** One enrollment as the card shows it: where it stands, what comes when, and why. Pure. */
export function describeEnrollment(facts: EnrollmentFacts): EnrollmentRow {
  const { enrollment, outline, runs } = facts
  const { id, sequenceName, version, status, source, enrolledAt, stepPosition } = enrollment
  const running = status === 'active' || status === 'paused'
  const current = running ? runs.find((run) => run.position === stepPosition && run.epoch === 1) : undefined
  const attention = findAttention(enrollment, runs)
  const next = isMoving(facts) && current ? nextMail(facts, current) : undefined
  const sentences = [
    describeWhy(facts, current ?? attention),
    ...describeNext(outline, current, next),
    ...describeFrom(facts, next, attention),
  ]
  return {
    id,
    sequenceName,
    version,
    status,
    step: describeStanding(enrollment, outline),
    nextSendAt: next?.kind === 'email' && next.status === 'scheduled' ? next.dueAt.toString() : null,
    why: sentences.join(' '),
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
  const subject = run.sentSubject ?? describeTemplate(step && 'subject' in step ? step.subject : '')
  const about = `Step ${run.position + 1}${subject ? `, “${subject}”` : ''}`
  // The mail server's own words are for the operator; they stay with the run.
  if (run.status === 'unconfirmed') {
    const message = `${about}, was handed to the mail server, which stopped answering before it confirmed.`
    return { stepRunId: run.id, kind: run.status, message }
  }
  const kind = run.heldFor === 'approval' || run.heldFor === 'task' ? run.heldFor : run.status
  return { stepRunId: run.id, kind, message: elsewhere ? `${about}: ${run.why}` : run.why }
}

function isMoving({ enrollment, connected }: EnrollmentFacts): boolean {
  return connected && enrollment.status === 'active' && mails(enrollment.sequenceStatus)
}

/** A finishing sequence enrolls nobody new; those in it get their mails. */
function mails(status: EnrollmentRecord['sequenceStatus']): boolean {
  return status === 'active' || status === 'finishing'
}

type NextMail = Pick<PlannedStep, 'position' | 'kind' | 'status' | 'dueAt' | 'why'>

/**
 * The next mail as the scheduler sees it now, if the current run goes as planned; a step before it may be held, or decide
 * which mail it is.
 */
function nextMail({ enrollment, outline }: EnrollmentFacts, current: RunRecord): NextMail | undefined {
  if (current.status !== 'scheduled') return undefined
  if (current.kind === 'email') return { ...current, status: current.status }
  const behind = new Set(enrollment.stepsBehind)
  return forecastSteps(outline, current, enrollment, behind).find(
    ({ kind, status }) => kind === 'email' || status === 'held' || isFork(kind),
  )
}

/** What comes after a wait, where that is not simply its end: the mail looks for its own window. */
function describeNext({ steps }: Outline, current: RunRecord | undefined, next: NextMail | undefined): string[] {
  if (current?.status === 'scheduled' && isFork(current.kind)) return ['What comes next depends on this step.']
  if (!current || !next) return []
  const step = steps[next.position]
  const asks = step?.kind === 'email' && step.approval === 'before_send'
  if (current.kind === 'email') return asks && !current.approved ? ['A person must approve it then.'] : []
  if (step && isFork(next.kind) && next.status === 'scheduled') {
    return [`What comes next depends on step ${next.position + 1}: ${describeStep(step)}.`]
  }
  if (next.status === 'held') return [`After it a person will be needed: ${next.why}`]
  if (next.dueAt.equals(current.dueAt)) return asks ? ['A person must approve the e-mail after it.'] : []
  return [`The e-mail after it: ${next.why}`]
}

/**
 * Of a mail that is planned, and of one that waits because the deal has a new owner: its reader decides whether this sender still
 * fits. Of one that was sent its recipient knows.
 */
function describeFrom(
  { from }: EnrollmentFacts,
  next: NextMail | undefined,
  attention: AttentionRun | undefined,
): string[] {
  const isPlanned = next?.kind === 'email' && next.status === 'scheduled'
  const asksWhoWrites = attention?.status === 'held' && attention.why.startsWith(OWNER_CHANGED)
  return from !== undefined && (isPlanned || asksWhoWrites) ? [from] : []
}

function describeStanding({ status, stepPosition, stepCount }: EnrollmentRecord, { steps }: Outline): string {
  if (status === 'completed' && steps.some(({ kind }) => isFork(kind) || kind === 'go_to' || kind === 'exit')) {
    return `Complete at step ${Math.min(stepPosition + 1, stepCount)} of ${stepCount}`
  }
  if (status === 'completed') return stepCount === 1 ? 'The only step is done' : `All ${stepCount} steps are done`
  if (status === 'stopped') return `Stopped at step ${Math.min(stepPosition + 1, stepCount)} of ${stepCount}`
  return describePlace(steps, stepPosition)
}

function describeWhy(facts: EnrollmentFacts, run: RunRecord | undefined): string {
  const { enrollment, connected } = facts
  const { status, stopReason, sequenceStatus } = enrollment
  if (status === 'completed') return enrollment.completedWhy ?? 'The sequence is complete.'
  if (status === 'stopped') return stopReason ? `${STOP_REASON[stopReason]}.` : 'It was stopped.'
  if (sequenceStatus === 'archived')
    return 'The sequence was archived: nothing more is sent, and this is being stopped.'
  if (status === 'paused') return describePause(facts)
  if (!connected) return 'HubSpot is not connected, so nothing is sent.'
  if (!mails(sequenceStatus)) return 'The sequence is paused, so nothing is sent until it is resumed.'
  if (!run) return 'The next step is being planned.'
  if (run.status !== 'sending' || waitsToBeWritten(run.why)) return run.why
  return run.kind === 'email' ? 'The e-mail is being sent now.' : 'This step is being done now.'
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
