import type { Perform } from './performer.ts'
import { MISSING_STEP } from './performer.ts'

/** Completes the sequence for this contact, with the reason its author gave. */
export const performExit: Perform = async (_deps, _portal, _batch, runs) =>
  runs.map(({ run, state: { step } }) => {
    if (step?.kind !== 'exit') return { run, outcome: MISSING_STEP }
    const why = `Ended at step ${run.position + 1}: ${step.reason}`
    return { run, outcome: { kind: 'moved_on', leadsTo: 'end', why } }
  })
