import type { EnrollmentFacts } from './enrollment-facts.ts'

/**
 * Whether the deal came from a later stage of the same pipeline, in today's order. A stage before that this pipeline does not
 * have (another pipeline's, or a deleted one) is no step back, for it has no place in the order.
 */
export function isMovedBack(facts: Pick<EnrollmentFacts, 'entry' | 'stages'>): boolean {
  const orderOf = (stageId: string | null | undefined) => facts.stages.find((stage) => stage.stageId === stageId)?.order
  const from = orderOf(facts.entry?.from)
  const to = orderOf(facts.entry?.stageId)
  return from !== undefined && to !== undefined && from > to
}
