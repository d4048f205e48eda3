import { isAppError } from '#core/errors.ts'
import { readStepFacts } from '#modules/step-facts/read-step-facts.ts'
import type { FactsAnswer, FactsQuestion } from '#modules/step-facts/step-facts.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'
import { afterOutage } from './backoff.ts'
import { describeMoment } from './describe-moment.ts'
import { keptBackSince } from './kept-back-since.ts'
import type { LoadedBatch, LoadedRun } from './load-runs.ts'
import type { Outcome } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'

/** The portal's zone where HubSpot named none: what a day is has to be decided somehow. */
const NO_ZONE = 'UTC'

/** What HubSpot was asked about a batch, or for how many milliseconds it wants to be left alone. */
export type Facts<T> = { readonly known: T } | { readonly known: null; readonly retryAfterMs: number }

/** What the conditions of these runs speak of, by run id; `known` is null when HubSpot cannot be asked. */
export function askFacts(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  runs: readonly (LoadedRun & { readonly conditions: readonly StepCondition[] })[],
): Promise<Facts<ReadonlyMap<string, FactsAnswer>>> {
  const questions = runs.map(({ run, state, conditions }): FactsQuestion => {
    const { dealId, contact } = state
    return { runId: run.id, enrollmentId: run.enrollmentId, dealId, contactId: contact.contactId, conditions }
  })
  const timeZone = batch.portal.timeZone ?? NO_ZONE
  return ask(deps, portalId, () => readStepFacts(deps, portalId, questions, timeZone))
}

/** Runs a question to HubSpot; its silence is an answer of its own. Throws what is no `AppError`. */
export async function ask<T>(deps: StepsDeps, portalId: number, question: () => Promise<T>): Promise<Facts<T>> {
  try {
    return { known: await question() }
  } catch (error) {
    if (!isAppError(error)) throw error
    deps.log.warn({ portalId, code: error.code }, 'facts for steps were not read')
    return { known: null, retryAfterMs: error.retryAfterMs ?? 0 }
  }
}

/** HubSpot did not answer: which way a contact goes is never guessed, so the step waits until it does. */
export function waitForHubSpot(
  deps: StepsDeps,
  { run, state }: LoadedRun,
  retryAfterMs: number,
  timeZone: string | null,
): Outcome {
  const dueAt = afterOutage(deps.clock(), keptBackSince(run, state), deps.random, retryAfterMs)
  return {
    kind: 'later',
    dueAt,
    why: `HubSpot could not be asked what this step depends on; it is asked again at ${describeMoment(dueAt, timeZone)}.`,
  }
}
