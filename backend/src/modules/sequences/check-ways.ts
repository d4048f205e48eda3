import { AppError } from '#core/errors.ts'
import { checkCondition } from '#modules/decisions/check-policy.ts'
import type { SequenceDefinition, Step } from '#shared/contract/sequence.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'
import { flowProblems, uncountedClicks } from '#shared/step-flow.ts'

/**
 * What a version's branches, waits for events and jumps must keep: every way leads to a later step, every step has a way to
 * it, every condition compares in a way its type can, and clicks are counted where they decide. Throws `invalid_input`, naming
 * the step.
 */
export function checkWays({ steps, tracking }: Pick<SequenceDefinition, 'steps' | 'tracking'>): void {
  const [problem] = [...flowProblems(steps), ...uncountedClicks(steps, tracking?.clicks ?? false)]
  if (problem) {
    throw new AppError('invalid_input', problem.sentence, { field: `definition.steps.${problem.index}` })
  }
  for (const [index, step] of steps.entries()) checkConditions(step, index)
}

function checkConditions(step: Step, index: number): void {
  const number = `Step ${index + 1}`
  const at = `definition.steps.${index}`
  if (step.kind === 'wait_for' && step.event === 'property') {
    checkCondition(step.condition, `${at}.condition`, number)
  }
  if (step.kind !== 'branch') return
  for (const [place, { name, when }] of step.arms.entries()) {
    for (const [item, one] of when.items.entries()) {
      const field = `${at}.arms.${place}.when.items.${item}`
      for (const condition of 'conditions' in one ? one.conditions : [one]) {
        checkStepCondition(condition, field, `${number}, “${name}”`)
      }
    }
  }
}

function checkStepCondition(condition: StepCondition, field: string, where: string): void {
  if (condition.subject === 'deal' || condition.subject === 'contact') checkCondition(condition, field, where)
}
