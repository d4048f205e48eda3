import { chooseVariant } from './choose-variant.ts'
import type { RunState } from './state-repository.ts'

export interface Worded {
  readonly state: RunState
  /** The id of the variant whose subject and body stand in the step; null where none does. */
  readonly variant: string | null
}

/**
 * The step as this run says it from here on: in a person's own words where they gave some, else, for one with variants, as the
 * one drawn for its enrollment. What a person wrote counts for no variant. Pure.
 */
export function withWords(portalId: number, enrollmentId: string, state: RunState): Worded {
  const { step, approval } = state
  if (step?.kind !== 'email') return { state, variant: null }
  const { subject, body } = approval ?? { subject: null, body: null }
  if (subject !== null && body !== null) return { state: { ...state, step: { ...step, subject, body } }, variant: null }
  const chosen = chooseVariant(step, { portalId, enrollmentId })
  if (!chosen) return { state, variant: null }
  const words = { subject: chosen.subject, body: chosen.body }
  return { state: { ...state, step: { ...step, ...words } }, variant: chosen.id }
}
