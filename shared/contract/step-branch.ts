import { type Static, Type } from 'typebox'
import { StepId, StepTarget } from './step-base.ts'
import { StepConditions } from './step-conditions.ts'

/** One way on, taken when its conditions are met. */
export const BranchArm = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 80 }), when: StepConditions, leadsTo: StepTarget },
  { additionalProperties: false },
)
export type BranchArm = Static<typeof BranchArm>

/** A fork: the first arm whose conditions are met is taken, `otherwise` when none is. */
export const BranchStep = Type.Object(
  {
    id: StepId,
    kind: Type.Literal('branch'),
    arms: Type.Array(BranchArm, { minItems: 1, maxItems: 5 }),
    otherwise: StepTarget,
  },
  { additionalProperties: false },
)
export type BranchStep = Static<typeof BranchStep>

/** Goes on elsewhere: how the arms of a branch come together again. */
export const GoToStep = Type.Object(
  { id: StepId, kind: Type.Literal('go_to'), leadsTo: StepTarget },
  { additionalProperties: false },
)
export type GoToStep = Static<typeof GoToStep>

/** The end of the sequence for this contact, and why. */
export const ExitStep = Type.Object(
  { id: StepId, kind: Type.Literal('exit'), reason: Type.String({ minLength: 1, maxLength: 120 }) },
  { additionalProperties: false },
)
export type ExitStep = Static<typeof ExitStep>
