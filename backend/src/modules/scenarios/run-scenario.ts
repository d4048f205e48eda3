import { simulate } from '#modules/simulation/simulate.ts'
import type { SimulatedEnrollment, SimulatedMail, SimulatedWorld } from '#modules/simulation/simulated-world.ts'
import type { Scenario, ScenarioResult } from '#shared/contract/scenario.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { STOP_REASON, type StopReason } from '#shared/vocabulary.ts'
import { findOutsideWindows } from './find-outside-windows.ts'
import { stageScenario } from './stage-scenario.ts'

/** What a scenario came to, before it is compared with what it expects. */
export interface Played {
  readonly sends: readonly { readonly step: string; readonly at: string; readonly moment: Temporal.ZonedDateTime }[]
  readonly status: 'completed' | 'stopped' | 'held' | 'running'
  readonly reason: StopReason | null
  /** Why it is held or did not begin; null otherwise. */
  readonly why: string | null
  /** When the first thing happened; undefined when nothing did. */
  readonly happened: Temporal.Instant | undefined
}

/**
 * Plays one scenario through the simulation and compares what came of it with what it expects. Red with a sentence that names
 * the first difference. Pure: the same definition and scenario give the same result.
 */
export function runScenario(definition: SequenceDefinition, scenario: Scenario): ScenarioResult {
  const { name } = scenario
  let played: Played
  try {
    played = playScenario(definition, scenario)
  } catch (error) {
    // Temporal's word for a zone or a day that does not exist.
    if (!(error instanceof RangeError)) throw error
    return { name, passed: false, problem: 'Its start or time zone does not exist. Correct it.', sends: [] }
  }
  const problem = findProblem(definition, scenario, played)
  return { name, passed: problem === null, problem, sends: played.sends.map(({ step, at }) => ({ step, at })) }
}

export function playScenario(definition: SequenceDefinition, scenario: Scenario): Played {
  const { setting, history, triggers } = stageScenario(definition, scenario)
  const world = simulate(setting, history, triggers)
  const enrollment = world.enrollments[0]
  const { timeZone } = scenario.given
  return {
    sends: world.mails.map(({ stepId: step, at }) => {
      const moment = at.toZonedDateTimeISO(timeZone)
      return { step, at: moment.toPlainDateTime().toString({ smallestUnit: 'minute' }), moment }
    }),
    ...endOf(world, enrollment),
    happened: happenedAt(scenario, world.mails, history.from),
  }
}

function endOf(world: SimulatedWorld, enrollment: SimulatedEnrollment | undefined) {
  if (!enrollment) return { status: 'held' as const, reason: null, why: 'The contact was not enrolled.' }
  const { status, stopReason } = enrollment
  if (status === 'completed') return { status, reason: null, why: null }
  if (status === 'stopped') return { status, reason: stopReason, why: null }
  const held = world.held.find(({ run }) => run.enrollment === enrollment && run.status === 'held')
  return held
    ? { status: 'held' as const, reason: null, why: held.why }
    : { status: 'running' as const, reason: null, why: null }
}

function happenedAt(
  { happens = [] }: Scenario,
  mails: readonly SimulatedMail[],
  start: Temporal.Instant,
): Temporal.Instant | undefined {
  return happens
    .flatMap(({ afterMail, minutes }) => {
      const from = afterMail === undefined ? start : mails[afterMail - 1]?.at
      return from ? [from.add({ minutes })] : []
    })
    .sort(Temporal.Instant.compare)[0]
}

/** The first thing that is not as expected, as a sentence. */
function findProblem(definition: SequenceDefinition, { expect }: Scenario, played: Played): string | null {
  return (
    findWrongSend(definition, expect.sends, played) ??
    findWrongEnd(expect.ends, played) ??
    findNoise(definition, expect.quietDays, played) ??
    (expect.insideWindows ? findOutside(definition, played) : null)
  )
}

function findWrongSend(
  definition: SequenceDefinition,
  expected: Scenario['expect']['sends'],
  { sends, why }: Played,
): string | null {
  if (expected === undefined) return null
  for (let index = 0; index < Math.max(expected.length, sends.length); index++) {
    const [wanted, sent] = [expected[index], sends[index]]
    if (!wanted && sent) return `${nameStep(definition, sent.step)} is sent at ${spoken(sent.at)}, but should not be.`
    if (wanted && !sent) return `${nameStep(definition, wanted.step)} is not sent.${why ? ` ${why}` : ''}`
    if (!wanted || !sent) continue
    if (wanted.step !== sent.step) {
      return `${nameStep(definition, sent.step)} is sent at ${spoken(sent.at)} where ${nameStep(definition, wanted.step)} should be.`
    }
    if (wanted.at !== undefined && wanted.at !== sent.at) {
      return `${nameStep(definition, sent.step)} is sent at ${spoken(sent.at)} instead of ${spoken(wanted.at)}.`
    }
  }
  return null
}

function findWrongEnd(expected: Scenario['expect']['ends'], played: Played): string | null {
  if (expected === undefined) return null
  const same = expected.status === played.status && (expected.reason === undefined || expected.reason === played.reason)
  return same ? null : `It should be ${describeEnd(expected)}, but is ${describeEnd(played)}.`
}

const ENDS = { completed: 'complete', stopped: 'stopped', held: 'waiting for a person', running: 'still running' }

function describeEnd(end: { readonly status: Played['status']; readonly reason?: string | null; why?: string | null }) {
  const reason = end.reason && end.reason in STOP_REASON ? STOP_REASON[end.reason as StopReason] : end.reason
  const because = reason ?? end.why?.replace(/\.$/, '')
  return `${ENDS[end.status]}${because ? ` (${because})` : ''}`
}

function findNoise(
  definition: SequenceDefinition,
  days: number | undefined,
  { sends, happened }: Played,
): string | null {
  if (days === undefined || !happened) return null
  const until = happened.add({ hours: 24 * days })
  const loud = sends.find(
    ({ moment }) =>
      Temporal.Instant.compare(moment.toInstant(), happened) > 0 &&
      Temporal.Instant.compare(moment.toInstant(), until) < 0,
  )
  return loud ? `${nameStep(definition, loud.step)} is sent at ${spoken(loud.at)}, when nothing should be.` : null
}

function findOutside(definition: SequenceDefinition, { sends }: Played): string | null {
  const outside = findOutsideWindows(
    definition.calendar?.windows ?? null,
    sends.map(({ moment }) => moment.withTimeZone(definition.calendar?.timeZone ?? moment.timeZoneId)),
  )
  const send = sends[outside]
  return send ? `${nameStep(definition, send.step)} is sent at ${spoken(send.at)}, outside the sending windows.` : null
}

function nameStep({ steps }: SequenceDefinition, id: string): string {
  const position = steps.findIndex((step) => step.id === id)
  return position < 0 ? `Step “${id}”, which does not exist,` : `Step ${position + 1}`
}

function spoken(local: string): string {
  return local.replace('T', ' ')
}
