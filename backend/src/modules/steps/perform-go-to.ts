import type { Perform } from './performer.ts'
import { MISSING_STEP } from './performer.ts'

/** Goes on where the step says. */
export const performGoTo: Perform = async (_deps, _portal, _batch, runs) =>
  runs.map(({ run, state: { step } }) => {
    if (step?.kind !== 'go_to') return { run, outcome: MISSING_STEP }
    return { run, outcome: { kind: 'moved_on', leadsTo: step.leadsTo } }
  })
