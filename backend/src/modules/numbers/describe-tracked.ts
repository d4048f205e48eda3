import type { StepLine } from '#shared/contract/numbers.ts'
import type { TrackedCounts } from './tracked-repository.ts'

type Told = Pick<StepLine, 'clicked' | 'opened'>

/** What a line of numbers says of clicks and opens; null where nothing was tracked, which is not the same as 0. Pure. */
export function describeTracked(counts: TrackedCounts | undefined): Told {
  const { clicked = null, openedByPrograms = null, openedByProxies = null } = counts ?? {}
  const opened = openedByPrograms === null ? null : { byPrograms: openedByPrograms, byProxies: openedByProxies ?? 0 }
  return { clicked, opened }
}
