import type { PortalContext } from '#core/context.ts'
import type { CheckedRun } from './check-before-send.ts'
import type { LoadedBatch } from './load-runs.ts'
import type { Settlement } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'

/**
 * Does one kind of step for a batch of claimed runs of one portal, without a transaction, and says what became of each: a run
 * that is missing from the answer is taken up again when its lease runs out. The runs may have been done before by a worker that
 * died before it settled them.
 */
export type Perform = (
  deps: StepsDeps,
  portal: PortalContext,
  batch: LoadedBatch,
  runs: readonly CheckedRun[],
) => Promise<readonly Settlement[]>

/** The outcome of a run whose version has another kind of step at its place, which cannot be: a version never changes. */
export const MISSING_STEP = { kind: 'held', why: 'This step is missing from its sequence version. Skip it.' } as const
