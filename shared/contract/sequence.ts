import { type Static, Type } from 'typebox'
import { Id, IdempotencyKey, Moment } from './common.ts'
import { ScheduleCalendar, WallTime } from './schedule.ts'

const StepId = Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9_-]+$' })

/** One mail. Subject and body are Liquid templates with an allow-list of tags and filters. */
export const EmailStep = Type.Object(
  {
    id: StepId,
    kind: Type.Literal('email'),
    subject: Type.String({ maxLength: 255 }),
    /** Plain text or simple HTML; the text part is made from it. */
    body: Type.String({ maxLength: 20_000 }),
  },
  { additionalProperties: false },
)
export type EmailStep = Static<typeof EmailStep>

/** A pause before the next step, counted from the moment it is reached. */
export const WaitSpan = Type.Object(
  {
    id: StepId,
    kind: Type.Literal('wait'),
    amount: Type.Integer({ minimum: 0, maximum: 365 }),
    /** Minutes and hours are exact time; days and business days keep the time on the wall clock. */
    unit: Type.Union([
      Type.Literal('minutes'),
      Type.Literal('hours'),
      Type.Literal('days'),
      Type.Literal('business_days'),
    ]),
  },
  { additionalProperties: false },
)
export type WaitSpan = Static<typeof WaitSpan>

/** A pause until the clock next shows `time`. */
export const WaitForTime = Type.Object(
  { id: StepId, kind: Type.Literal('wait'), until: Type.Literal('time_of_day'), time: WallTime },
  { additionalProperties: false },
)
export type WaitForTime = Static<typeof WaitForTime>

/** A pause until `days` from a date of the deal (negative: before it), at `time`. */
export const WaitForDealDate = Type.Object(
  {
    id: StepId,
    kind: Type.Literal('wait'),
    until: Type.Literal('deal_date'),
    /** HubSpot's internal name; the one date of the deal that is read. */
    property: Type.Literal('closedate'),
    days: Type.Integer({ minimum: -365, maximum: 365 }),
    time: WallTime,
  },
  { additionalProperties: false },
)
export type WaitForDealDate = Static<typeof WaitForDealDate>

export const WaitStep = Type.Union([WaitSpan, WaitForTime, WaitForDealDate])
export type WaitStep = Static<typeof WaitStep>

export const Step = Type.Union([EmailStep, WaitStep])
export type Step = Static<typeof Step>

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
