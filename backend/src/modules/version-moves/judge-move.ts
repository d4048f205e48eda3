import { isSpan } from '#modules/enrollments/is-span.ts'
import { isThrough } from '#modules/enrollments/is-through.ts'
import { type PlannedStep, planStep } from '#modules/enrollments/plan-step.ts'
import { remainingWait } from '#modules/enrollments/remaining-wait.ts'
import { waitsToBeWritten } from '#modules/steps/fault-words.ts'
import type { StepOutline } from '#shared/contract/sequence.ts'
import { findPlace } from './find-place.ts'
import { moveRemaining } from './move-remaining.ts'
import type { MovingEnrollment, MovingRun, Outline } from './repository.ts'
import { sameTiming } from './same-timing.ts'

/** What a move does with one enrollment. */
export type MoveVerdict =
  | { readonly kind: 'stays'; readonly why: string }
  | {
      readonly kind: 'moves'
      /** In the new version, from 0. */
      readonly position: number
      /** The run of the step it stands at, when that step is not in the new version or is planned anew. */
      readonly takesBack: MovingRun | undefined
      /** The step that is planned; undefined: what is planned stays, or a resume plans it. */
      readonly planned: PlannedStep | undefined
      /** Of a paused wait, in milliseconds. */
      readonly remaining: number | null
      /** Steps it has behind it, by id. */
      readonly done: ReadonlySet<string>
    }

export interface MoveQuestion {
  readonly enrollment: MovingEnrollment
  /** All of its runs. */
  readonly runs: readonly MovingRun[]
  readonly from: Outline
  readonly to: Outline
  readonly now: Temporal.Instant
}

const WAITING: ReadonlySet<string> = new Set(['scheduled', 'sending', 'held', 'failed'])

/** Decides over one running enrollment: for the preview, and once more under its lock. Pure. */
export function judgeMove(question: MoveQuestion): MoveVerdict {
  const { enrollment, runs, from, to } = question
  const why = whyStay(runs, to)
  if (why) return { kind: 'stays', why }
  const step = from.steps[enrollment.stepPosition]
  if (!step) return { kind: 'stays', why: 'It has its last step behind it.' }
  const run = runs.find(({ stepId, epoch }) => stepId === step.id && epoch === 1)
  const waits = run && whyItWaits(step, run)
  if (waits) return { kind: 'stays', why: waits }
  const done = new Set(runs.filter(({ status }) => isThrough(status)).map(({ stepId }) => stepId))
  const place = findPlace(from.steps, enrollment.stepPosition, to.steps, done)
  const target = place && to.steps[place.position]
  if (!place || !target) {
    return {
      kind: 'stays',
      why: 'Neither its step nor a later one is in the new version, so there is no place to go on.',
    }
  }
  const { position } = place
  if (!followsOrder(from, to) && (!place.same || to.steps.slice(position).some(({ id }) => done.has(id)))) {
    return {
      kind: 'stays',
      why: 'Its steps do not simply follow each other, so nobody can tell which way it would go on.',
    }
  }
  if (!place.same) {
    const open = run && WAITING.has(run.status) ? run : undefined
    const planned = enrollment.status === 'active' ? planAt(question, position, question.now) : undefined
    return { kind: 'moves', position, takesBack: open, planned, remaining: null, done }
  }
  return judgeSameStep(question, { position, done, run, step, target })
}

/** Steps after which another than the next may come: there the next later step may be one of another way. */
const WAYS: ReadonlySet<string> = new Set(['branch', 'wait_for', 'go_to', 'exit'])

function followsOrder(from: Outline, to: Outline): boolean {
  return ![...from.steps, ...to.steps].some(({ kind }) => WAYS.has(kind))
}

interface SameStep {
  readonly position: number
  readonly done: ReadonlySet<string>
  readonly run: MovingRun | undefined
  readonly step: StepOutline
  readonly target: StepOutline
}

function judgeSameStep(question: MoveQuestion, { position, done, run, step, target }: SameStep): MoveVerdict {
  const { enrollment, from, to } = question
  const moves = { kind: 'moves', position, takesBack: undefined, planned: undefined, done } as const
  const unchanged = sameTiming(from, step, to, target)
  if (enrollment.status === 'paused') {
    const { pausedRemaining } = enrollment
    const remaining = unchanged ? pausedRemaining : moveRemaining(step, target, pausedRemaining)
    // Without a run the wait was not reached before the pause: the resume plans it whole.
    return { ...moves, remaining: run ? remaining : pausedRemaining }
  }
  if (run?.status === 'held' || run?.status === 'failed') return { ...moves, remaining: null }
  if (run?.status !== 'scheduled') {
    return { kind: 'stays', why: 'It is between two steps just now. Try again in a minute.' }
  }
  if (unchanged) return { ...moves, remaining: null }
  return { ...moves, remaining: null, takesBack: run, planned: planAgain(question, { position, step, target, run }) }
}

/**
 * What it waits for belongs to the version that asked: an event, a task that is in HubSpot already, a mail that somebody may be
 * reading just now.
 */
function whyItWaits(step: StepOutline, run: MovingRun): string | undefined {
  if (isThrough(run.status)) return undefined
  if (step.kind === 'wait_for')
    return 'It waits for an event. It can be moved once that came, or when the wait is over.'
  if (step.kind === 'task') {
    return 'It is at a task in HubSpot. It can be moved once the task is done, or when the step is skipped on the deal.'
  }
  if (run.heldFor === 'approval') {
    return 'An e-mail of it waits for a person’s approval. Approve it or skip it on the deal first.'
  }
  return undefined
}

/**
 * A wait counts from when it was reached, so a longer one moves the date and a shorter one may be over. One that a pause
 * interrupted was not reached when its enrollment went on: of it counts what is left, as much longer or shorter.
 */
function planAgain(
  question: MoveQuestion,
  { position, step, target, run }: Omit<SameStep, 'done' | 'run'> & { readonly run: MovingRun },
): PlannedStep | undefined {
  const { enrollment, now } = question
  if (target.kind === 'email') return planAt(question, position, now)
  if (isSpan(step) && isSpan(target) && wasInterrupted(question, run)) {
    return planAt(question, position, now, moveRemaining(step, target, remainingWait(step, run.dueAt, now)))
  }
  const planned = planAt(question, position, enrollment.reachedAt)
  const over = planned?.status === 'scheduled' && Temporal.Instant.compare(planned.dueAt, now) < 0
  return over ? planAt(question, position, now, 0) : planned
}

/** It is due at another moment than its whole wait, from when its enrollment last went on, would end at. */
function wasInterrupted({ enrollment, from }: MoveQuestion, run: MovingRun): boolean {
  const { stepPosition: position, reachedAt: at } = enrollment
  return planStep({ definition: from, position, at, facts: enrollment })?.dueAt.equals(run.dueAt) === false
}

function planAt(
  { enrollment, to }: MoveQuestion,
  position: number,
  at: Temporal.Instant,
  remaining: number | null = null,
): PlannedStep | undefined {
  return planStep({ definition: to, position, at, facts: enrollment, remaining })
}

/** What must be settled first: a mail under way, and questions about mails that the new version could not answer. */
function whyStay(runs: readonly MovingRun[], to: Outline): string | undefined {
  const kinds = new Map(to.steps.map(({ id, kind }) => [id, kind as string]))
  const busy = runs.find(({ status }) => status === 'sending')
  if (busy) {
    return waitsToBeWritten(busy.why) ? busy.why : 'A step of it is being worked on right now. Try again in a minute.'
  }
  if (runs.some(({ epoch, status }) => epoch > 1 && WAITING.has(status))) {
    return 'A mail of it waits to be sent once more. Wait until it is sent, or skip it on the deal.'
  }
  const isOpen = (run: MovingRun) =>
    run.status === 'unconfirmed' && !runs.some(({ stepId, epoch }) => stepId === run.stepId && epoch > run.epoch)
  if (runs.some((run) => isOpen(run) && !kinds.has(run.stepId))) {
    return 'Nobody can tell whether a mail of it was sent, and the new version does not have that mail. Decide about it on the deal first.'
  }
  if (runs.some(({ stepId, kind }) => kinds.has(stepId) && kinds.get(stepId) !== kind)) {
    return 'A step it has reached is of another kind in the new version. Give the new step an id of its own.'
  }
  return undefined
}
