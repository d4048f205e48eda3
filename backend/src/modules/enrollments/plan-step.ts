import type { DealDate } from '#modules/schedules/ask-moment.ts'
import { planMoment, type ScheduleQuestion } from '#modules/schedules/plan-moment.ts'
import { resolveZone } from '#modules/schedules/resolve-zone.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { EmailStep, Step, TaskStep } from '#shared/contract/sequence.ts'
import type { StepKind } from '#shared/vocabulary.ts'
import { firstLook } from './next-look.ts'
import { readDealDate } from './read-deal-date.ts'

/** What is needed of a step to plan it; its texts are not. */
export type PlanOfStep =
  | Pick<EmailStep, 'id' | 'kind' | 'approval'>
  | Pick<TaskStep, 'id' | 'kind'>
  | Exclude<Step, EmailStep | TaskStep>

/** What is needed of a sequence version to plan its steps. */
export interface StepPlan {
  readonly steps: readonly PlanOfStep[]
  /** Null or absent: at any time. */
  readonly calendar?: ScheduleCalendar | null | undefined
}

/** What a step's moment depends on besides its sequence, as HubSpot gave it; null where it gave nothing. */
export interface PlanFacts {
  readonly contactTimeZone: string | null
  /** Of the deal's owner, as far as both are known. */
  readonly ownerTimeZone: string | null
  readonly portalTimeZone: string | null
  /** The deal's close date: a day, or a moment. */
  readonly closeDate: string | null
}

/** A step that is reached: at enrolling, after the step before it, or once more. */
export interface ReachedStep {
  readonly definition: StepPlan
  /** From 0. */
  readonly position: number
  readonly at: Temporal.Instant
  readonly facts: PlanFacts
  /** What was left of the wait when it was paused, in milliseconds: it counts instead of the whole wait. */
  readonly remaining?: number | null
}

/** A step with its moment and the sentence that explains it. */
export interface PlannedStep {
  readonly stepId: string
  readonly position: number
  readonly kind: StepKind
  /** `held` when no moment can be named; then a person has to change what the sentence says. */
  readonly status: 'scheduled' | 'held'
  /** Of a held step: when it was reached. Of a wait for an event: when it is looked for first. */
  readonly dueAt: Temporal.Instant
  /** When the sequence wants it: as it is due, but a wait for an event begins when it is reached. */
  readonly plannedFor: Temporal.Instant
  /** When a wait for an event is over without it; null for every other step. */
  readonly deadline: Temporal.Instant | null
  readonly why: string
}

/**
 * Asks the scheduler (`planMoment`) when a reached step is due, and why then. Every way to plan a step goes through here.
 * `undefined` past the last step. Pure: the same input gives the same moment and sentence.
 */
export function planStep({ definition, position, at, facts, remaining }: ReachedStep): PlannedStep | undefined {
  const step = definition.steps[position]
  if (!step) return undefined
  const calendar = definition.calendar ?? ANY_TIME
  const zone = resolveZone({
    sequence: calendar.timeZone,
    contact: facts.contactTimeZone,
    owner: facts.ownerTimeZone,
    portal: facts.portalTimeZone,
  })
  const moment = planMoment({
    timing: timingOf(step, remaining ?? null),
    calendar,
    zone,
    reachedAt: at,
    dealDate: dealDateOf(step, facts),
    sends: step.kind === 'email',
  })
  const place = { stepId: step.id, position, kind: step.kind, deadline: null }
  if (moment.outcome === 'refused') return { ...place, status: 'held', dueAt: at, plannedFor: at, why: moment.why }
  const why = [moment.why, ...zone.notes].join(' ')
  const due = { dueAt: moment.at, plannedFor: moment.at }
  if (step.kind !== 'wait_for') return { ...place, ...due, status: 'scheduled', why }
  const look = { dueAt: firstLook(step, at, moment.at), plannedFor: at, deadline: moment.at }
  return { ...place, ...look, status: 'scheduled', why }
}

/** What neither waits nor mails is done at once. */
function timingOf(step: PlanOfStep, remaining: number | null): ScheduleQuestion['timing'] {
  if ((step.kind !== 'wait' && step.kind !== 'wait_for') || remaining === 0) return { kind: 'at_once' }
  if (remaining !== null) return { kind: 'remaining', milliseconds: remaining }
  if (step.kind === 'wait_for') return { kind: 'wait', ...step.timeout }
  if (!('until' in step)) return { kind: 'wait', amount: step.amount, unit: step.unit }
  const { time } = step
  if (step.until === 'time_of_day') return { kind: 'time_of_day', time }
  return { kind: 'deal_date', property: step.property, days: step.days, time }
}

function dealDateOf(step: PlanOfStep, facts: PlanFacts): DealDate | null {
  if (step.kind !== 'wait' || !('until' in step) || step.until !== 'deal_date') return null
  return { label: 'Close date', value: readDealDate(facts.closeDate) }
}
