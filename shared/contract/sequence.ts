import { type Static, Type } from 'typebox'
import { Id, IdempotencyKey, Moment } from './common.ts'
import { ScheduleCalendar } from './schedule.ts'
import { Step } from './step.ts'

export { Step, type StepOutline } from './step.ts'
export { SetPlaceStep, SetPropertyStep, TaskStep } from './step-acts.ts'
export { EmailStep, EmailVariant } from './step-email.ts'
export { WaitForDealDate, WaitForTime, WaitSpan, WaitStep } from './step-wait.ts'

/** Links that lead through us, and a picture that tells of its being loaded. No decision ever depends on the picture. */
export const Tracking = Type.Object({ clicks: Type.Boolean(), opens: Type.Boolean() }, { additionalProperties: false })
export type Tracking = Static<typeof Tracking>

/** What a version freezes. */
export const SequenceDefinition = Type.Object(
  {
    steps: Type.Array(Step, { minItems: 1, maxItems: 30 }),
    /** Stop when the deal leaves the stage that enrolled it. On unless switched off. */
    stopWhenStageLeft: Type.Boolean(),
    /** When its mails may go out; without one at any time (`ANY_TIME`), as in versions from before there were calendars. */
    calendar: Type.Optional(ScheduleCalendar),
    /** What a reply of one contact does to the others of its deal; without it they stop. */
    onReply: Type.Optional(
      Type.Union([Type.Literal('go_on'), Type.Literal('pause_others'), Type.Literal('stop_others')]),
    ),
    /** Percent of the deals a stage would enroll that get no mails, to compare with; without it none. */
    holdOutPercent: Type.Optional(Type.Integer({ minimum: 0, maximum: 50 })),
    /** What its mails tell of the people who read them; without it nothing. */
    tracking: Type.Optional(Tracking),
    /** Stop when a meeting is booked with the contact or through the deal, by whomever. On unless switched off. */
    stopOnMeeting: Type.Optional(Type.Boolean()),
    /** Stop when the deal is won or lost after the sequence began, in another stage than that. On unless switched off. */
    stopWhenClosed: Type.Optional(Type.Boolean()),
    /** What a new owner of the deal does; without it the next e-mail waits for a person. */
    onOwnerChange: Type.Optional(Type.Union([Type.Literal('go_on'), Type.Literal('hold'), Type.Literal('stop')])),
  },
  { additionalProperties: false },
)
export type SequenceDefinition = Static<typeof SequenceDefinition>

export const SequenceStatusField = Type.Union([
  Type.Literal('draft'),
  Type.Literal('active'),
  Type.Literal('paused'),
  Type.Literal('finishing'),
  Type.Literal('archived'),
])

export const SequenceRow = Type.Object({
  id: Id,
  name: Type.String(),
  status: SequenceStatusField,
  /** The published version that new enrollments get; null before the first publish. */
  version: Type.Union([Type.Integer(), Type.Null()]),
  stepCount: Type.Integer(),
  activeEnrollments: Type.Integer(),
  /** The draft differs from the published version. */
  hasUnpublishedChanges: Type.Boolean(),
  updatedAt: Moment,
})
export type SequenceRow = Static<typeof SequenceRow>

export const Sequence = Type.Object({
  id: Id,
  name: Type.String(),
  status: SequenceStatusField,
  version: Type.Union([Type.Integer(), Type.Null()]),
  draft: SequenceDefinition,
  /** Sent back on save; a save with an older one is refused, so two admins cannot overwrite each other. */
  revision: Type.Integer(),
  hasUnpublishedChanges: Type.Boolean(),
  /** The merge fields a template may use, with an example each. */
  fields: Type.Array(Type.Object({ name: Type.String(), example: Type.String() })),
})
export type Sequence = Static<typeof Sequence>

const Name = Type.String({ minLength: 1, maxLength: 120 })

export const CreateSequence = Type.Object(
  { name: Name, definition: SequenceDefinition, idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type CreateSequence = Static<typeof CreateSequence>

export const SaveSequence = Type.Object(
  {
    name: Name,
    definition: SequenceDefinition,
    revision: Type.Integer({ minimum: 1 }),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type SaveSequence = Static<typeof SaveSequence>

/**
 * `archive` is refused while enrollments run: `finish` lets them come to their end and archives then, `stop_and_archive`
 * stops them. `resume` also takes a finishing sequence back into use.
 */
export const ChangeSequenceStatus = Type.Object(
  {
    action: Type.Union([
      Type.Literal('publish'),
      Type.Literal('pause'),
      Type.Literal('resume'),
      Type.Literal('archive'),
      Type.Literal('finish'),
      Type.Literal('stop_and_archive'),
    ]),
    /** Of `publish`: the draft that was looked at. One that was saved since is not published unread. */
    revision: Type.Optional(Type.Integer({ minimum: 1 })),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type ChangeSequenceStatus = Static<typeof ChangeSequenceStatus>

export const PreviewMail = Type.Object(
  { subject: Type.String({ maxLength: 255 }), body: Type.String({ maxLength: 20_000 }) },
  { additionalProperties: false },
)
export type PreviewMail = Static<typeof PreviewMail>

export const MailPreview = Type.Object({
  subject: Type.String(),
  text: Type.String(),
  /** What would stop or hold this mail, as sentences; empty when it can go out. */
  problems: Type.Array(Type.String()),
})
export type MailPreview = Static<typeof MailPreview>
