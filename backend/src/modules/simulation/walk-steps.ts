import { isLonger, type Pause } from '#modules/enrollments/pause-running.ts'
import { type PlanFacts, type PlannedStep, planStep } from '#modules/enrollments/plan-step.ts'
import { remainingWait } from '#modules/enrollments/remaining-wait.ts'
import { resumePoint } from '#modules/enrollments/resume-point.ts'
import type { StopReason } from '#shared/vocabulary.ts'
import { RANK, type SimulatedEnrollment, type SimulatedRun, type SimulatedWorld } from './simulated-world.ts'

/** Moves an enrollment to the step at `position` and plans it; past the last step it is complete. As `advanceEnrollment`. */
export function reachStep(world: SimulatedWorld, enrollment: SimulatedEnrollment, position: number): void {
  if (enrollment.status === 'paused') {
    enrollment.position = position
    enrollment.reachedAt = world.now
    enrollment.pausedRemaining = null
    enrollment.run = undefined
    return
  }
  if (enrollment.status !== 'active') return
  const planned = plan(world, enrollment, position, null)
  if (!planned) {
    end(world, enrollment, null)
    return
  }
  enrollment.position = position
  enrollment.reachedAt = world.now
  const { stepId, kind, dueAt, plannedFor, deadline, why } = planned
  const run: SimulatedRun = {
    enrollment,
    position,
    stepId,
    kind,
    status: planned.status,
    dueAt,
    deadline,
    why,
    plannedFor,
    waitedUntil: null,
  }
  enrollment.run = run
  settlePlan(world, run)
}

/** Ends an enrollment: `reason` null when it is complete. */
export function end(world: SimulatedWorld, enrollment: SimulatedEnrollment, reason: StopReason | null): void {
  if (enrollment.status !== 'active' && enrollment.status !== 'paused') return
  enrollment.status = reason ? 'stopped' : 'completed'
  enrollment.stopReason = reason
  enrollment.endedAt = world.now
  enrollment.pausedUntil = null
  const { run } = enrollment
  if (run && (run.status === 'scheduled' || run.status === 'held')) run.status = 'canceled'
}

/** As `pauseRunning`. */
export function pause(world: SimulatedWorld, enrollment: SimulatedEnrollment, { until }: Pause): void {
  if (enrollment.status === 'paused') {
    if (!enrollment.pausedUntil || !isLonger({ until }, enrollment.pausedUntil)) return
  } else if (enrollment.status !== 'active') return
  else {
    const { run } = enrollment
    enrollment.pausedRemaining = null
    if (run?.status === 'scheduled') {
      const step = enrollment.sequence.definition.steps[enrollment.position]
      enrollment.pausedRemaining = remainingWait(step, run.deadline ?? run.dueAt, world.now)
      run.status = 'canceled'
    }
    enrollment.status = 'paused'
  }
  enrollment.pausedUntil = until
  enrollment.reachedAt = world.now
  if (until === null) return
  const order = enrollment.order
  world.queue.push({ at: until.epochMilliseconds, rank: RANK.return, order, what: 'return', enrollment })
}

/** A pause that has an end is over. As `resumeReturned`: one that was prolonged or ended meanwhile is left alone. */
export function resume(world: SimulatedWorld, enrollment: SimulatedEnrollment): void {
  const { pausedUntil, run, sequence, position: stepPosition, pausedRemaining } = enrollment
  if (enrollment.status !== 'paused' || !pausedUntil || Temporal.Instant.compare(pausedUntil, world.now) > 0) return
  enrollment.status = 'active'
  enrollment.reachedAt = world.now
  enrollment.pausedUntil = null
  enrollment.pausedRemaining = null
  const point = resumePoint({ definition: sequence.definition, stepPosition, pausedRemaining }, run)
  if (!point) return
  if (!run || !point.again) {
    reachStep(world, enrollment, point.position)
    return
  }
  const planned = plan(world, enrollment, point.position, point.remaining)
  if (!planned) return
  run.status = planned.status
  run.dueAt = planned.dueAt
  run.plannedFor = planned.plannedFor
  run.deadline = planned.deadline
  run.why = planned.status === 'held' ? planned.why : `The contact is back. ${planned.why}`
  settlePlan(world, run)
}

/** Puts a step off that something keeps back on purpose. */
export function putOff(world: SimulatedWorld, run: SimulatedRun, until: Temporal.Instant, why: string): void {
  run.dueAt = until
  run.waitedUntil = until
  run.why = why
  schedule(world, run)
}

/** A step that waits for a person; nobody comes in a simulation. */
export function hold(world: SimulatedWorld, run: SimulatedRun, why: string): void {
  run.status = 'held'
  run.why = why
  world.held.push({ run, at: world.now, until: null, why })
}

/** When the step at `position` is due if it is reached now. */
export function plan(
  world: SimulatedWorld,
  enrollment: SimulatedEnrollment,
  position: number,
  remaining: number | null,
): PlannedStep | undefined {
  const { definition } = enrollment.sequence
  return planStep({ definition, position, at: world.now, facts: factsOf(world, enrollment), remaining })
}

export function schedule(world: SimulatedWorld, run: SimulatedRun): void {
  const { order } = run.enrollment
  world.queue.push({ at: run.dueAt.epochMilliseconds, rank: RANK.step, order, what: 'step', run })
}

function settlePlan(world: SimulatedWorld, run: SimulatedRun): void {
  if (run.status === 'scheduled') schedule(world, run)
  else hold(world, run, run.why)
}

/** The time zone of the deal's owner, as it was last read. */
export function ownerZone({ deals, ownerTimeZones }: SimulatedWorld, dealId: string): string | null {
  return ownerTimeZones.get(deals.get(dealId)?.knownOwnerId ?? '') ?? null
}

function factsOf(world: SimulatedWorld, { contactId, dealId }: SimulatedEnrollment): PlanFacts {
  const { setting, contacts, deals } = world
  return {
    contactTimeZone: contacts.get(contactId)?.timeZone ?? null,
    ownerTimeZone: ownerZone(world, dealId),
    portalTimeZone: setting.portal.timeZone,
    closeDate: deals.get(dealId)?.knownCloseDate ?? null,
  }
}
