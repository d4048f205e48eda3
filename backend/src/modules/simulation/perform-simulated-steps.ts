import type { Records } from '#modules/decisions/evaluate-condition.ts'
import { chooseArm } from '#modules/step-facts/choose-arm.ts'
import type { StepFacts } from '#modules/step-facts/step-facts.ts'
import { outcomeOfDecision } from '#modules/steps/check-before-send.ts'
import { decideBeforeStep } from '#modules/steps/decide-before-send.ts'
import { OVER } from '#modules/steps/outcome-of-wait.ts'
import { lookAtProperty, outcomeOfWaitFor } from '#modules/steps/outcome-of-wait-for.ts'
import type { Outcome } from '#modules/steps/settle-runs.ts'
import type { BranchStep } from '#shared/contract/step-branch.ts'
import type { WaitForStep } from '#shared/contract/step-wait-for.ts'
import type { StepKind } from '#shared/vocabulary.ts'
import { settleSimulatedRun } from './settle-simulated-run.ts'
import type { SimulatedRun, SimulatedWorld } from './simulated-world.ts'
import { stateOf, suppressionAt } from './state-of-run.ts'

/** Whether a step neither mails nor only waits. */
export function isPerformed(kind: StepKind): boolean {
  return kind !== 'email' && kind !== 'wait'
}

/**
 * Does steps that are neither mails nor waits, kind by kind, as `performSteps`. What a step would do in HubSpot is taken as done:
 * nothing of it is simulated.
 */
export function performSimulatedSteps(world: SimulatedWorld, runs: readonly SimulatedRun[]): void {
  for (const [, same] of Map.groupBy(runs, ({ kind }) => kind)) {
    const open = same.filter((run) => mayBeDone(world, run))
    for (const run of open) settleSimulatedRun(world, run, perform(world, run))
  }
}

function mayBeDone(world: SimulatedWorld, run: SimulatedRun): boolean {
  const suppression = suppressionAt(world, run.enrollment.contactId)
  const decision = decideBeforeStep(stateOf(world, run), {
    suppression,
    told: undefined,
    closedStages: world.setting.closedStages,
  })
  if (decision) settleSimulatedRun(world, run, outcomeOfDecision(decision, world.now))
  return !decision
}

function perform(world: SimulatedWorld, run: SimulatedRun): Outcome {
  const step = run.enrollment.sequence.definition.steps[run.position]
  switch (step?.kind) {
    case 'branch':
      return takeArm(step, factsOf(world, run))
    case 'wait_for':
      return look(world, run, step)
    case 'go_to':
      return { kind: 'moved_on', leadsTo: step.leadsTo }
    case 'exit':
      return { kind: 'moved_on', leadsTo: 'end' }
    default:
      return OVER
  }
}

function takeArm(step: BranchStep, facts: StepFacts): Outcome {
  const choice = chooseArm(step, facts)
  return choice.kind === 'unknown'
    ? { kind: 'held', why: choice.why }
    : { kind: 'moved_on', leadsTo: choice.leadsTo, why: choice.why }
}

/** A reply moves its enrollment on when it comes in; of clicks and meetings a history knows nothing. */
function look(world: SimulatedWorld, run: SimulatedRun, step: WaitForStep): Outcome {
  const seen = step.event === 'property' ? lookAtProperty(step, recordsOf(world, run)) : 'not_yet'
  if (typeof seen !== 'string') return { kind: 'held', why: seen.why }
  const { portalId, portal } = world.setting
  const { deadline, enrollment } = run
  const wait = { portalId, since: enrollment.reachedAt, deadline, timeZone: portal.timeZone }
  const outcome = outcomeOfWaitFor(step, seen, wait, world.now)
  return outcome.kind === 'later' ? { ...outcome, dueAt: nextToMatter(world, run, outcome.dueAt) } : outcome
}

/**
 * The look that may see something else than this one: the last, or the first after the contact came on the do-not-mail list. All
 * others, hourly for up to a year, would see the values of today once more.
 */
function nextToMatter(world: SimulatedWorld, { deadline, enrollment }: SimulatedRun, next: Temporal.Instant) {
  if (!deadline) return next
  const since = world.contacts.get(enrollment.contactId)?.suppressed?.since
  // The world counts whole milliseconds.
  const listed = since?.round({ smallestUnit: 'millisecond', roundingMode: 'ceil' })
  return listed && isBetween(listed, world.now, deadline) ? listed : deadline
}

function isBetween(moment: Temporal.Instant, from: Temporal.Instant, to: Temporal.Instant): boolean {
  return Temporal.Instant.compare(from, moment) < 0 && Temporal.Instant.compare(moment, to) < 0
}

function factsOf(world: SimulatedWorld, run: SimulatedRun): StepFacts {
  const { dealId, contactId, answer } = run.enrollment
  const here = world.deals.get(dealId)?.contacts.find((contact) => contact.contactId === contactId)
  return { ...recordsOf(world, run), labels: here?.types ?? [], reply: answer, clicked: false }
}

/** As HubSpot has them today: of other properties than the stage there is no history. */
function recordsOf({ deals, contacts, setting }: SimulatedWorld, { enrollment }: SimulatedRun): Records {
  return {
    deal: deals.get(enrollment.dealId)?.properties ?? {},
    contact: contacts.get(enrollment.contactId)?.properties ?? {},
    timeZone: setting.portal.timeZone ?? 'UTC',
  }
}
