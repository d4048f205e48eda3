import type { Condition } from '@stagecue/shared/contract/enrollment-policy.ts'
import type { EmailStep, EmailVariant, Step } from '@stagecue/shared/contract/sequence.ts'
import type { StepTarget } from '@stagecue/shared/contract/step-base.ts'
import type { BranchArm, BranchStep } from '@stagecue/shared/contract/step-branch.ts'
import type { StepCondition } from '@stagecue/shared/contract/step-conditions.ts'
import type { WaitForStep } from '@stagecue/shared/contract/step-wait-for.ts'
import { STEP_KIND } from '@stagecue/shared/vocabulary.ts'

/** The steps of an editor's list that steer, as a new one begins. */
export type SteeringKind = 'branch' | 'wait_for' | 'go_to' | 'exit'

export const MAX_ARMS = 5
export const MAX_VARIANTS = 4

/** The changed step from the one that is there, because two events may come before the page is drawn again. */
export type ChangeStep<S extends Step> = (change: (step: S) => Step) => void

/** Every account has a deal's amount, so a new condition needs nothing to be read first. */
export const FIRST_CONDITION: Condition = {
  subject: 'deal',
  property: 'amount',
  type: 'number',
  operator: 'at_least',
  value: '1000',
}

export function newSteeringStep(kind: SteeringKind, id: string): Step {
  switch (kind) {
    case 'branch':
      return { id, kind, arms: [newArm(1)], otherwise: 'next' }
    case 'wait_for':
      return {
        id,
        kind,
        event: 'reply',
        timeout: { amount: 3, unit: 'days' },
        onEvent: 'next',
        onTimeout: 'next',
      }
    case 'go_to':
      return { id, kind, leadsTo: 'end' }
    case 'exit':
      return { id, kind, reason: 'Nothing more to send' }
  }
}

export function newArm(number: number): BranchArm {
  return { name: `Case ${number}`, when: { match: 'all', items: [FIRST_CONDITION] }, leadsTo: 'next' }
}

/** The same step with other values in one of its arms; an arm that becomes null is removed. */
export function withArm(step: BranchStep, place: number, change: (arm: BranchArm) => BranchArm | null): BranchStep {
  return { ...step, arms: step.arms.flatMap((arm, index) => (index === place ? (change(arm) ?? []) : arm)) }
}

/** The same wait for another event. */
export function withEvent(step: WaitForStep, event: WaitForStep['event']): WaitForStep {
  const { id, kind, timeout, onEvent, onTimeout } = step
  const common = { id, kind, timeout, onEvent, onTimeout }
  if (event !== 'property') return { ...common, event }
  return { ...common, event, condition: FIRST_CONDITION }
}

/** Where a step may lead to: only forward. A target that is none of these any more is shown as what it is. */
export function targetOptions(
  steps: readonly Step[],
  index: number,
  target: StepTarget,
): { label: string; value: string }[] {
  const later = steps
    .map((step, place) => ({ label: `Step ${place + 1}: ${titleOf(step)}`, value: step.id, place }))
    .filter(({ place }) => place > index)
    .map(({ label, value }) => ({ label, value }))
  const options = [{ label: 'The next step', value: 'next' }, ...later, { label: 'The end', value: 'end' }]
  if (options.some(({ value }) => value === target)) return options
  const place = steps.findIndex(({ id }) => id === target)
  const lost = place === -1 ? 'A step that was removed' : `Step ${place + 1}, which comes before`
  return [...options, { label: lost, value: target }]
}

function titleOf(step: Step): string {
  const subject = step.kind === 'email' ? step.subject.trim() : ''
  return subject === '' ? STEP_KIND[step.kind].toLowerCase() : `e-mail “${subject}”`
}

/** The step without anything that leads to a removed one: it goes on with the next step instead. */
export function withoutTarget(step: Step, removed: string): Step {
  const turn = (target: StepTarget) => (target === removed ? 'next' : target)
  switch (step.kind) {
    case 'branch':
      return {
        ...step,
        arms: step.arms.map((arm) => ({ ...arm, leadsTo: turn(arm.leadsTo) })),
        otherwise: turn(step.otherwise),
      }
    case 'wait_for':
      return { ...step, onEvent: turn(step.onEvent), onTimeout: turn(step.onTimeout) }
    case 'go_to':
      return { ...step, leadsTo: turn(step.leadsTo) }
    default:
      return step
  }
}

/** Begins to try a second way to write a mail: what is there becomes the first. */
export function withVariants(step: EmailStep, makeKey: () => string): EmailStep {
  const { subject, body } = step
  return { ...step, variants: [newVariant(makeKey, subject, body), newVariant(makeKey, subject, '')] }
}

export function addVariant(step: EmailStep, makeKey: () => string): EmailStep {
  const variants = step.variants ?? []
  return variants.length >= MAX_VARIANTS ? step : { ...step, variants: [...variants, newVariant(makeKey, '', '')] }
}

/** With one variant left there is nothing to compare: the step is a plain mail again. */
export function removeVariant({ variants = [], ...step }: EmailStep, id: string): EmailStep {
  const left = variants.filter((variant) => variant.id !== id)
  const [first] = left
  if (!first) return { ...step, variants: left }
  const named = { ...step, subject: first.subject, body: first.body }
  return left.length > 1 ? { ...named, variants: left } : named
}

/** The first variant also stands in the step itself: that is what lists and cards call it by. */
export function patchVariant(step: EmailStep, id: string, patch: Partial<Omit<EmailVariant, 'id'>>): EmailStep {
  const variants = (step.variants ?? []).map((variant) => (variant.id === id ? { ...variant, ...patch } : variant))
  const [first] = variants
  return first ? { ...step, subject: first.subject, body: first.body, variants } : step
}

function newVariant(makeKey: () => string, subject: string, body: string): EmailVariant {
  return { id: `variant-${makeKey()}`.slice(0, 40), subject, body }
}

/** What a steering step still lacks, as sentences that begin with its number. */
export function steeringProblems(step: Step, number: number): string[] {
  if (step.kind === 'exit') return step.reason.trim() === '' ? [`Step ${number} gives no reason.`] : []
  if (step.kind === 'wait_for') {
    return step.event === 'property' && lacksValue(step.condition)
      ? [`Step ${number} has a condition without a value.`]
      : []
  }
  if (step.kind !== 'branch') return []
  const problems: string[] = []
  for (const { name, when } of step.arms) {
    if (name.trim() === '') problems.push(`Step ${number} has a case without a name.`)
    const conditions = when.items.flatMap((item) => ('conditions' in item ? item.conditions : [item]))
    if (conditions.some(lacksValue)) problems.push(`Step ${number}: “${name}” has a condition without a value.`)
  }
  return problems
}

function lacksValue(condition: StepCondition): boolean {
  return 'value' in condition && condition.value.trim() === ''
}
