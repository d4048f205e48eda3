import { type Static, Type } from 'typebox'
import { Id, IdempotencyKey, Moment } from './common.ts'

/** A large change that waits for an admin: nobody is enrolled before. */
export const ApprovalRow = Type.Object({
  id: Id,
  pipelineLabel: Type.String(),
  stageLabel: Type.String(),
  /** Who moved the deals, in words. */
  by: Type.String(),
  deals: Type.Integer(),
  /** Contacts of these deals, as far as they were read. */
  contacts: Type.Integer(),
  firstEnteredAt: Moment,
  lastEnteredAt: Moment,
})
export type ApprovalRow = Static<typeof ApprovalRow>

export const AnswerApproval = Type.Object(
  {
    action: Type.Union([Type.Literal('approve'), Type.Literal('refuse')]),
    /** How many deals the admin saw: when more have joined since, nothing happens. */
    deals: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type AnswerApproval = Static<typeof AnswerApproval>
