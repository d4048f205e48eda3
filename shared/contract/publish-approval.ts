import { type Static, Type } from 'typebox'
import { IdempotencyKey, Moment } from './common.ts'

/** Whether a sequence needs a second admin's word before it goes live. */
export const PublishApproval = Type.Object({
  needsApproval: Type.Boolean(),
  /** How many admins there are: with one nobody could approve. */
  admins: Type.Integer(),
})
export type PublishApproval = Static<typeof PublishApproval>

export const SavePublishApproval = Type.Object(
  { needsApproval: Type.Boolean(), idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type SavePublishApproval = Static<typeof SavePublishApproval>

/** Where the draft of a sequence stands on its way to go live. */
export const SequenceReview = Type.Object({
  sequenceName: Type.String(),
  needsApproval: Type.Boolean(),
  /** `waiting`: for another admin. `returned`: this draft was not approved. `none`: nobody submitted it as it is. */
  state: Type.Union([Type.Literal('none'), Type.Literal('waiting'), Type.Literal('returned')]),
  submittedBy: Type.Union([Type.String(), Type.Null()]),
  submittedAt: Type.Union([Moment, Type.Null()]),
  answeredBy: Type.Union([Type.String(), Type.Null()]),
  comment: Type.Union([Type.String(), Type.Null()]),
  /** It waits, and the person who asks is not the one who submitted it. */
  mayAnswer: Type.Boolean(),
})
export type SequenceReview = Static<typeof SequenceReview>

/**
 * `withdraw`: whoever submitted it, or another admin, takes it back without a word about it. `revision`: of the draft that the
 * person who answers has looked at, so that nobody approves what was submitted behind their back.
 */
export const AnswerReview = Type.Object(
  {
    revision: Type.Integer({ minimum: 1 }),
    action: Type.Union([Type.Literal('approve'), Type.Literal('return'), Type.Literal('withdraw')]),
    /** What should change; needed to return it. */
    comment: Type.Optional(Type.String({ maxLength: 1000 })),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type AnswerReview = Static<typeof AnswerReview>
