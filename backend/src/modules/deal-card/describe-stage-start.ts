import { describeSpan } from '#modules/enrollments/describe-span.ts'
import type { MappedStage } from './stage-repository.ts'

const MINUTE_MS = 60_000

/** What entering a mapped stage starts, as a sentence: which of several sequences is for the mapping's rules to say. Pure. */
export function describeStageStart({ policy, sequences }: MappedStage): string {
  const { branches, otherwise, dwellMinutes } = policy
  const chosen = new Set(branches.map(({ sequenceId }) => sequenceId))
  const reachable = sequences.filter(({ id, isOwn }) => chosen.has(id) || (isOwn && otherwise === 'mapped_sequence'))
  const active = reachable.filter(({ status }) => status === 'active').map(({ name }) => `“${name}”`)
  const hasRules = branches.length > 0
  if (active.length > 0) {
    const moment =
      dwellMinutes > 0 ? `Staying in this stage for ${describeSpan(dwellMinutes * MINUTE_MS)}` : 'Entering this stage'
    const which = inWords(active)
    return hasRules ? `${moment} may start ${which}, by the rules of its mapping.` : `${moment} starts ${which}.`
  }
  const [mapped] = reachable
  return mapped && !hasRules
    ? `“${mapped.name}” is mapped to this stage but not active, so entering it starts nothing.`
    : 'The rules of its mapping lead to no active sequence, so entering this stage starts nothing.'
}

function inWords(names: readonly string[]): string {
  const [last, ...before] = names.toReversed()
  return before.length === 0 ? `${last}` : `${before.toReversed().join(', ')} or ${last}`
}
