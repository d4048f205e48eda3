import { type Static, Type } from 'typebox'
import { AssociationLabel, Condition } from './enrollment-policy.ts'

/** Whether the contact has this label on the deal. */
export const LabelCondition = Type.Object(
  {
    subject: Type.Literal('label'),
    operator: Type.Union([Type.Literal('has'), Type.Literal('has_not')]),
    label: AssociationLabel,
  },
  { additionalProperties: false },
)
export type LabelCondition = Static<typeof LabelCondition>

/**
 * What came back to the mails of this enrollment so far: `human` when a person answered, else `automatic` when only a program
 * did (an out-of-office notice for example), else `none`.
 */
export const ReplyCondition = Type.Object(
  {
    subject: Type.Literal('reply'),
    operator: Type.Union([Type.Literal('is'), Type.Literal('is_not')]),
    value: Type.Union([Type.Literal('human'), Type.Literal('automatic'), Type.Literal('none')]),
  },
  { additionalProperties: false },
)
export type ReplyCondition = Static<typeof ReplyCondition>

/** Whether the contact clicked a link in a mail of this enrollment. */
export const ClickCondition = Type.Object(
  { subject: Type.Literal('click'), operator: Type.Union([Type.Literal('has'), Type.Literal('has_not')]) },
  { additionalProperties: false },
)
export type ClickCondition = Static<typeof ClickCondition>

export const StepCondition = Type.Union([...Condition.anyOf, LabelCondition, ReplyCondition, ClickCondition])
export type StepCondition = Static<typeof StepCondition>

const Match = Type.Union([Type.Literal('all'), Type.Literal('any')])

/** The inner level: conditions only. */
export const StepConditionGroup = Type.Object(
  { match: Match, conditions: Type.Array(StepCondition, { minItems: 1, maxItems: 10 }) },
  { additionalProperties: false },
)

/** The outer level: conditions and groups of them, as a mapping has them. */
export const StepConditions = Type.Object(
  { match: Match, items: Type.Array(Type.Union([StepCondition, StepConditionGroup]), { minItems: 1, maxItems: 10 }) },
  { additionalProperties: false },
)
export type StepConditions = Static<typeof StepConditions>
