import { conditionsOf } from '#modules/decisions/evaluate-conditions.ts'
import type { NamedProperties } from '#modules/mappings/named-properties.ts'
import type { Step } from '#shared/contract/sequence.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'

/** The properties that the steps of a sequence look at, by HubSpot's internal name. Pure. */
export function namedInSteps(steps: readonly Step[]): NamedProperties {
  const conditions = steps.flatMap((step): StepCondition[] => {
    if (step.kind === 'branch') return step.arms.flatMap(({ when }) => conditionsOf<StepCondition>(when))
    return step.kind === 'wait_for' && step.event === 'property' ? [step.condition] : []
  })
  const of = (subject: 'deal' | 'contact') =>
    new Set(conditions.flatMap((one) => (one.subject === subject && 'property' in one ? one.property : [])))
  return { deal: of('deal'), contact: of('contact') }
}
