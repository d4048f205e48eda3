import { type Static, Type } from 'typebox'

const PATTERN = '^[A-Za-z0-9_-]+$'

/** Names a step within its sequence. `next` and `end` are taken: a target means something else by them. */
export const StepId = Type.String({ minLength: 1, maxLength: 40, pattern: PATTERN })

/**
 * Where a sequence goes on: `next` (the step below), `end` (it is complete), or the id of a later step. Never back: so every
 * step is reached once at most, and every run of a sequence ends.
 */
export const StepTarget = Type.String({ minLength: 1, maxLength: 40, pattern: PATTERN })
export type StepTarget = Static<typeof StepTarget>

/** Minutes and hours are exact time; days and business days keep the time on the wall clock. */
export const SpanUnit = Type.Union([
  Type.Literal('minutes'),
  Type.Literal('hours'),
  Type.Literal('days'),
  Type.Literal('business_days'),
])
export type SpanUnit = Static<typeof SpanUnit>
