import type { StepOutline } from './contract/step.ts'
import type { StepTarget } from './contract/step-base.ts'
import type { StepKind } from './vocabulary.ts'

/**
 * The place a target names, seen from the step at `position` (from 0); the number of steps for the end. `undefined` for a
 * step that is not there or not later: such a version cannot be published, and is never guessed about. Pure.
 */
export function resolveTarget(stepIds: readonly string[], position: number, target: StepTarget): number | undefined {
  if (target === 'next') return position + 1
  if (target === 'end') return stepIds.length
  const place = stepIds.indexOf(target)
  return place > position ? place : undefined
}

/** What a step may lead to, each with the words of the editor for that way; one way for a step that does not fork. Pure. */
export function targetsOf(step: StepOutline): readonly { readonly way: string; readonly target: StepTarget }[] {
  switch (step.kind) {
    case 'branch':
      return [
        ...step.arms.map(({ name, leadsTo }) => ({ way: `“${name}”`, target: leadsTo })),
        { way: 'otherwise', target: step.otherwise },
      ]
    case 'wait_for':
      return [
        { way: 'when it happens', target: step.onEvent },
        { way: 'when it does not', target: step.onTimeout },
      ]
    case 'go_to':
      return [{ way: 'it goes on', target: step.leadsTo }]
    case 'exit':
      return [{ way: 'it ends', target: 'end' }]
    default:
      return [{ way: 'it goes on', target: 'next' }]
  }
}

/** Something about the ways through a sequence that keeps it from being published. */
export interface FlowProblem {
  /** The step's place, from 0. */
  readonly index: number
  /** Begins with the step's number, from 1. */
  readonly sentence: string
}

/**
 * What is wrong with the ways through a sequence, in the order of its steps: a target that is not there or not later, a step
 * that no way leads to, a fork with nothing behind it. Since no way leads back, a sequence without problems always ends. Pure.
 */
export function flowProblems(steps: readonly StepOutline[]): FlowProblem[] {
  const ids = steps.map(({ id }) => id)
  const reached = reachedSteps(steps)
  return steps.flatMap((step, index) => {
    const number = `Step ${index + 1}`
    const lost = targetsOf(step).filter(({ target }) => resolveTarget(ids, index, target) === undefined)
    const sentences = lost.map(({ way, target }) =>
      ids.includes(target)
        ? `${number} leads back to step ${ids.indexOf(target) + 1} (${way}). A sequence only goes forward: choose a later step.`
        : `${number} leads to a step that is not there (${way}). Choose another one.`,
    )
    if (!reached.has(index)) sentences.push(`${number} is never reached. Lead a step before it here, or remove it.`)
    if (index === steps.length - 1 && isFork(step.kind)) {
      sentences.push(`${number} decides how it goes on, but nothing follows it. Remove it or add a step after it.`)
    }
    return sentences.map((sentence) => ({ index, sentence }))
  })
}

/** The places that some way leads to. Targets lead forward only, so one look at each step in order finds them all. Pure. */
function reachedSteps(steps: readonly StepOutline[]): Set<number> {
  const ids = steps.map(({ id }) => id)
  const reached = new Set([0])
  for (const [index, step] of steps.entries()) {
    if (!reached.has(index)) continue
    for (const { target } of targetsOf(step)) reached.add(resolveTarget(ids, index, target) ?? index)
  }
  return reached
}

/** Whether nobody knows before a step is done where it leads. Pure. */
export function isFork(kind: StepKind): boolean {
  return kind === 'branch' || kind === 'wait_for'
}

/** The places of e-mails that some way leads to without an e-mail before: those need a subject of their own. Pure. */
export function firstMails(steps: readonly StepOutline[]): Set<number> {
  const ids = steps.map(({ id }) => id)
  const mailless = new Set([0])
  const first = new Set<number>()
  for (const [index, step] of steps.entries()) {
    if (!mailless.has(index)) continue
    if (step.kind === 'email') first.add(index)
    else for (const { target } of targetsOf(step)) mailless.add(resolveTarget(ids, index, target) ?? index)
  }
  return first
}

/** Steps that ask about clicks in a sequence that does not count any: nobody would ever have clicked. Pure. */
export function uncountedClicks(steps: readonly StepOutline[], countsClicks: boolean): FlowProblem[] {
  if (countsClicks) return []
  return steps.flatMap((step, index) => {
    if (!asksAboutClicks(step)) return []
    const sentence = `Step ${index + 1} asks about clicks, and this sequence does not count them. Switch on “Count clicks” under Measuring, or ask about something else.`
    return [{ index, sentence }]
  })
}

function asksAboutClicks(step: StepOutline): boolean {
  if (step.kind === 'wait_for') return step.event === 'click'
  if (step.kind !== 'branch') return false
  const items = step.arms.flatMap(({ when }) => when.items)
  return items.some((item) => ('conditions' in item ? item.conditions.some(isClick) : isClick(item)))
}

function isClick({ subject }: { readonly subject: string }): boolean {
  return subject === 'click'
}
