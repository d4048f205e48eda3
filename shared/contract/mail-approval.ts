import { type Static, Type } from 'typebox'
import { IdempotencyKey } from './common.ts'

/** A person's own words for one mail: templates, or plain text. An empty subject continues the conversation. */
const OwnWords = Type.Object(
  { subject: Type.String({ maxLength: 255 }), body: Type.String({ minLength: 1, maxLength: 20_000 }) },
  { additionalProperties: false },
)

/** A mail that waits for a person's yes, filled in for its contact. */
export const MailToApprove = Type.Object({
  /** Name and address of its sender; empty when there is a problem. */
  from: Type.String(),
  subject: Type.String(),
  text: Type.String(),
  /** What is missing, as a sentence; null when it can be approved. */
  problem: Type.Union([Type.String(), Type.Null()]),
  /** Names what was read; sent back with the approval. Empty when there is a problem. */
  seen: Type.String(),
  /** What editing begins with. */
  edit: Type.Object({ subject: Type.String(), body: Type.String() }),
})
export type MailToApprove = Static<typeof MailToApprove>

/** `seen` is what `MailToApprove` named: a mail that reads otherwise by now is not approved unread. */
export const ApproveMail = Type.Object(
  {
    seen: Type.String({ maxLength: 64 }),
    edit: Type.Optional(OwnWords),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type ApproveMail = Static<typeof ApproveMail>
