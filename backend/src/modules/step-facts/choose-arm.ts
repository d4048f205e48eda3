import { evaluateLevels } from '#modules/decisions/evaluate-conditions.ts'
import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { StepTarget } from '#shared/contract/step-base.ts'
import type { BranchStep } from '#shared/contract/step-branch.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'
import { evaluateStepCondition } from './evaluate-step-condition.ts'
import type { StepFacts } from './step-facts.ts'

/** Which way a branch goes on, or why nobody can tell. */
export type ArmChoice =
  | {
      readonly kind: 'known'
      readonly leadsTo: StepTarget
      readonly why: string
      readonly told: string
      /** The number of the case from 1, or `otherwise`. */
      readonly took: string
    }
  | { readonly kind: 'unknown'; readonly why: string }

const LINES = 3

/**
 * The first arm whose conditions are met, else `otherwise`. An arm that cannot be told ends the search: to skip it could mail
 * somebody whom it would have led elsewhere. Pure.
 */
export function chooseArm({ arms, otherwise }: BranchStep, facts: StepFacts): ArmChoice {
  const missed: string[] = []
  for (const [index, arm] of arms.entries()) {
    const name = `“${arm.name}”`
    const { result, lines, unknown } = evaluateLevels<StepCondition>(arm.when, (condition) =>
      evaluateStepCondition(condition, facts),
    )
    if (result === 'unknown') {
      const why = `Whether ${name} applies cannot be told: ${unknown.join('; ')}. Correct it in HubSpot, or skip this step.`
      return { kind: 'unknown', why }
    }
    if (result === 'met') {
      const why = `Took ${name}: ${describe(lines, true)}.`
      return { kind: 'known', leadsTo: arm.leadsTo, why, told: `took ${name}`, took: String(index + 1) }
    }
    missed.push(`${name}: ${describe(lines, false)}`)
  }
  const why = `No case applies. ${missed.join('; ')}.`
  return { kind: 'known', leadsTo: otherwise, why, told: 'no case applies', took: 'otherwise' }
}

/** The lines that speak for the result, with what was expected and found. */
function describe(lines: readonly TraceLine[], passed: boolean): string {
  const telling = lines.filter((line) => line.passed === passed)
  const shown = telling
    .slice(0, LINES)
    .map(({ condition, expected, actual }) => `${condition} ${actual} (expected ${expected})`)
  return [...shown, ...(telling.length > LINES ? [`and ${telling.length - LINES} more`] : [])].join(', ')
}
