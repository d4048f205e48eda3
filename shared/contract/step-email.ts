import { type Static, Type } from 'typebox'
import { StepId } from './step-base.ts'

const Subject = Type.String({ maxLength: 255 })

/** Plain text or simple HTML; the text part is made from it. */
const Body = Type.String({ maxLength: 20_000 })

/** One way to write a mail that is tried against others. */
export const EmailVariant = Type.Object({ id: StepId, subject: Subject, body: Body }, { additionalProperties: false })
export type EmailVariant = Static<typeof EmailVariant>

/** One mail. Subject and body are Liquid templates with an allow-list of tags and filters. */
export const EmailStep = Type.Object(
  {
    id: StepId,
    kind: Type.Literal('email'),
    subject: Subject,
    body: Body,
    /** Each contact gets one of these, always the same one, instead of the subject and body above. */
    variants: Type.Optional(Type.Array(EmailVariant, { minItems: 2, maxItems: 4 })),
    /** `before_send`: when its moment has come, a person reads it first, may change it, and lets it go. */
    approval: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('before_send')])),
  },
  { additionalProperties: false },
)
export type EmailStep = Static<typeof EmailStep>
