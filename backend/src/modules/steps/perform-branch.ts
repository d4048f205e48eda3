import { conditionsOf } from '#modules/decisions/evaluate-conditions.ts'
import { chooseArm } from '#modules/step-facts/choose-arm.ts'
import type { FactsAnswer } from '#modules/step-facts/step-facts.ts'
import type { BranchStep } from '#shared/contract/step-branch.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'
import { askFacts, waitForHubSpot } from './ask-facts.ts'
import type { CheckedRun } from './check-before-send.ts'
import type { Perform } from './performer.ts'
import { MISSING_STEP } from './performer.ts'
import type { Outcome, Settlement } from './settle-runs.ts'

/** Decides each branch from what HubSpot says now; it is asked once for the batch. */
export const performBranch: Perform = async (deps, portal, batch, runs) => {
  const { portalId } = portal
  const forks = runs.flatMap((checked) => {
    const { step } = checked.state
    return step?.kind === 'branch' ? [{ ...checked, step, conditions: allConditions(step) }] : []
  })
  const answer = await askFacts(deps, portalId, batch, forks)
  return [
    ...runs.filter(({ state }) => state.step?.kind !== 'branch').map(missing),
    ...forks.map((fork): Settlement => {
      const facts = answer.known?.get(fork.run.id)
      const outcome = facts
        ? outcomeOf(fork.step, facts)
        : waitForHubSpot(deps, fork, answer.known ? 0 : answer.retryAfterMs, batch.portal.timeZone)
      return { run: fork.run, outcome }
    }),
  ]
}

function allConditions({ arms }: BranchStep): StepCondition[] {
  return arms.flatMap(({ when }) => conditionsOf<StepCondition>(when))
}

function outcomeOf(step: BranchStep, facts: FactsAnswer): Outcome {
  if (typeof facts === 'string') return { kind: 'ended', reason: facts }
  const choice = chooseArm(step, facts)
  if (choice.kind === 'unknown') return { kind: 'held', why: choice.why }
  const { leadsTo, why, told, took } = choice
  return { kind: 'moved_on', leadsTo, why, told, took }
}

function missing({ run }: CheckedRun): Settlement {
  return { run, outcome: MISSING_STEP }
}
