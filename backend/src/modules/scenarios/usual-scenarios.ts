import { conditionsOf } from '#modules/decisions/evaluate-conditions.ts'
import type { Scenario, ScenarioExpectations, ScenarioHappening } from '#shared/contract/scenario.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'
import type { StopReason } from '#shared/vocabulary.ts'
import { type Played, playScenario } from './run-scenario.ts'

const GIVEN: Scenario['given'] = {
  start: '2027-02-02T10:00',
  timeZone: 'Europe/Berlin',
  // Later than any date a step can ask for before it.
  closesInDays: 370,
  contact: { firstname: 'Ada', lastname: 'Lovelace', company: 'Engines Ltd', phone: '+49 30 5550100' },
  deal: { name: 'Difference engine', amount: '12000' },
}

/** Clocks go forward in Europe on 28 March 2027: a start before it plans over the change. */
const BEFORE_CLOCK_CHANGE = '2027-03-25T10:00'

const INSIDE: ScenarioExpectations = { insideWindows: true }

/**
 * Scenarios that every e-mail sequence should survive, with what must come of them for this one: nobody answers, a reply, an
 * unsubscribe, a bounce, a complaint, an absence, the deal leaves or is deleted, its owner changes, the week the clocks change,
 * and, where a step waits for the close date, that date moves. What has to be sent until then is learned from the sequence left
 * alone; that nothing is sent afterwards is what each says by itself. Empty for a draft that sends nothing yet. Pure.
 */
export function usualScenarios(definition: SequenceDefinition): Scenario[] {
  const alone = playScenario(definition, { name: '', given: GIVEN, expect: INSIDE })
  const first = alone.sends[0]
  if (!first || alone.status !== 'completed') return []
  const all = alone.sends.map(({ step }) => ({ step }))
  const goesOn: ScenarioExpectations = { sends: all, ends: { status: 'completed' }, insideWindows: true }
  const stops = (reason: StopReason) => stopping(alone, reason)
  return [
    scenario('Nobody answers: every mail goes out', [], goesOn),
    // Where a reply is waited for it leads on, and where is the author's to say.
    ...(waitsForReply(definition)
      ? []
      : [scenario('The contact replies to the first mail', [after('replies')], stops('replied'))]),
    scenario('The contact unsubscribes after the first mail', [after('unsubscribes')], stops('unsubscribed')),
    scenario('The first mail bounces', [after('bounces')], stops('bounced')),
    scenario('The contact reports the first mail as spam', [after('complains')], stops('complained')),
    scenario(
      'The contact is out of office for a week',
      [{ kind: 'out_of_office', days: 7, afterMail: 1, minutes: 1 }],
      looksAtReplies(definition) ? { insideWindows: true, quietDays: 7 } : { ...goesOn, quietDays: 7 },
    ),
    scenario(
      'The deal leaves the stage after the first mail',
      [after('leaves_stage')],
      definition.stopWhenStageLeft ? stops('stage_left') : goesOn,
    ),
    scenario('The deal is deleted after the first mail', [after('deal_deleted')], stops('deal_deleted')),
    scenario('The deal gets another owner', [after('owner_changes')], withOwner(definition, alone, goesOn)),
    scenario('The clocks change that week', [], goesOn, BEFORE_CLOCK_CHANGE),
    ...closeDateMoves(definition, goesOn),
  ]
}

/** What a change of the owner does is said by the sequence: it waits for a person unless it goes on or stops. */
function withOwner(
  { onOwnerChange = 'hold' }: SequenceDefinition,
  alone: Played,
  goesOn: ScenarioExpectations,
): ScenarioExpectations {
  if (onOwnerChange === 'go_on') return goesOn
  const stops = stopping(alone, 'owner_changed')
  const isOver = stops.ends?.status === 'completed'
  return onOwnerChange === 'stop' || isOver ? stops : { ...stops, ends: { status: 'held' } }
}

/** One minute after the first mail. */
function after(kind: Exclude<ScenarioHappening['kind'], 'out_of_office' | 'close_date_moves'>): ScenarioHappening {
  return { kind, afterMail: 1, minutes: 1 }
}

/** What was sent by then stays, and a sequence that was over by then is complete. */
function stopping({ sends }: Played, reason: StopReason): ScenarioExpectations {
  const [first] = sends
  const then = first?.moment.add({ minutes: 1 })
  const before = sends.filter(({ moment }) => then && Temporal.ZonedDateTime.compare(moment, then) <= 0)
  const over = before.length === sends.length
  return {
    sends: before.map(({ step }) => ({ step })),
    ends: over ? { status: 'completed' } : { status: 'stopped', reason },
    quietDays: 10_000,
    insideWindows: true,
  }
}

function waitsForReply({ steps }: SequenceDefinition): boolean {
  return steps.some((step) => step.kind === 'wait_for' && step.event === 'reply')
}

/** A notice is an answer of a program: a branch on it may lead elsewhere. */
function looksAtReplies({ steps }: SequenceDefinition): boolean {
  return steps.some(
    (step) =>
      step.kind === 'branch' &&
      step.arms.some(({ when }) => conditionsOf<StepCondition>(when).some(({ subject }) => subject === 'reply')),
  )
}

function closeDateMoves({ steps }: SequenceDefinition, goesOn: ScenarioExpectations): Scenario[] {
  const waits = steps.some((step) => step.kind === 'wait' && 'until' in step && step.until === 'deal_date')
  if (!waits) return []
  const later: ScenarioHappening = { kind: 'close_date_moves', days: 14, minutes: 1 }
  return [scenario('The close date moves two weeks later', [later], goesOn)]
}

function scenario(
  name: string,
  happens: readonly ScenarioHappening[],
  expect: ScenarioExpectations,
  start: string = GIVEN.start,
): Scenario {
  const story = happens.length > 0 ? { happens: [...happens] } : {}
  return { name, given: { ...GIVEN, start }, ...story, expect }
}
