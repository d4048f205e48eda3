import { type Static, Type } from 'typebox'
import { HubSpotId, Id, IdempotencyKey, Moment } from './common.ts'

/** One contact's run through one sequence version, as the card shows it. */
export const EnrollmentRow = Type.Object({
  id: Id,
  sequenceName: Type.String(),
  version: Type.Integer(),
  status: Type.Union([
    Type.Literal('active'),
    Type.Literal('paused'),
    Type.Literal('completed'),
    Type.Literal('stopped'),
  ]),
  /** Where it stands, as a sentence: "Step 2 of 3: e-mail “Checking in”". */
  step: Type.String(),
  /** The next mail's planned moment; null when none is planned. */
  nextSendAt: Type.Union([Moment, Type.Null()]),
  /** Why it is in this state and why then, as a sentence. */
  why: Type.String(),
  /** Set when a person must decide: a held step, or a mail that nobody can confirm. */
  attention: Type.Union([
    Type.Null(),
    Type.Object({
      stepRunId: Id,
      /** `approval`: an e-mail to read first; `task`: a task in HubSpot. */
      kind: Type.Union([
        Type.Literal('held'),
        Type.Literal('unconfirmed'),
        Type.Literal('failed'),
        Type.Literal('approval'),
        Type.Literal('task'),
      ]),
      message: Type.String(),
    }),
  ]),
  source: Type.Union([Type.Literal('stage'), Type.Literal('manual')]),
  enrolledAt: Moment,
  canPause: Type.Boolean(),
  canResume: Type.Boolean(),
  canStop: Type.Boolean(),
})
export type EnrollmentRow = Static<typeof EnrollmentRow>

export const DealContact = Type.Object({
  /** HubSpot's contact id. */
  contactId: HubSpotId,
  name: Type.String(),
  email: Type.Union([Type.String(), Type.Null()]),
  /** Why this contact cannot be enrolled at all; null when it can. */
  blocked: Type.Union([Type.String(), Type.Null()]),
  /** Where the contact stands in Stagecue's own pipeline, through this deal; null: nowhere. */
  place: Type.Union([Type.String(), Type.Null()]),
  enrollments: Type.Array(EnrollmentRow),
})
export type DealContact = Static<typeof DealContact>

/** One evaluated condition of a decision, with what was expected and what was found. */
export const TraceLine = Type.Object({
  condition: Type.String(),
  expected: Type.String(),
  actual: Type.String(),
  passed: Type.Boolean(),
})
export type TraceLine = Static<typeof TraceLine>

export const DecisionRow = Type.Object({
  at: Moment,
  outcome: Type.Union([
    Type.Literal('enrolled'),
    Type.Literal('not_enrolled'),
    Type.Literal('parked'),
    Type.Literal('awaiting_approval'),
  ]),
  /** The reason as a sentence, naming the contact and stage. */
  sentence: Type.String(),
  trace: Type.Array(TraceLine),
  /** What would turn it round, as a sentence; missing in old decisions. */
  nearestChange: Type.Optional(Type.String()),
})
export type DecisionRow = Static<typeof DecisionRow>

export const ActivityRow = Type.Object({
  at: Moment,
  text: Type.String(),
  /** `hubspot` for what HubSpot told us, `person` for a user, `stagecue` for us, `recipient` for the contact. */
  by: Type.Union([
    Type.Literal('hubspot'),
    Type.Literal('person'),
    Type.Literal('stagecue'),
    Type.Literal('recipient'),
  ]),
  who: Type.Union([Type.String(), Type.Null()]),
})
export type ActivityRow = Static<typeof ActivityRow>

/** All that the deal card shows. */
export const DealCard = Type.Object({
  connection: Type.Union([Type.Literal('connected'), Type.Literal('inactive'), Type.Literal('disconnected')]),
  /** What to do when not connected. */
  connectionMessage: Type.Union([Type.String(), Type.Null()]),
  deal: Type.Object({
    dealId: HubSpotId,
    name: Type.String(),
    pipelineLabel: Type.String(),
    stageLabel: Type.String(),
    /** What a deal in this stage starts; null when the stage has no active mapping. */
    stageStarts: Type.Union([Type.String(), Type.Null()]),
  }),
  contacts: Type.Array(DealContact),
  /** Sequences a rep may start now. */
  sequences: Type.Array(Type.Object({ id: Id, name: Type.String(), steps: Type.Integer() })),
  decisions: Type.Array(DecisionRow),
  activity: Type.Array(ActivityRow),
  /** True while an event of this deal waits to be processed; the card then asks again soon. */
  working: Type.Boolean(),
})
export type DealCard = Static<typeof DealCard>

export const StartSequence = Type.Object(
  {
    sequenceId: Id,
    contactIds: Type.Array(HubSpotId, { minItems: 1, maxItems: 100, uniqueItems: true }),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type StartSequence = Static<typeof StartSequence>

/** What became of each chosen contact. */
export const StartResult = Type.Object({
  results: Type.Array(Type.Object({ contactId: HubSpotId, enrolled: Type.Boolean(), message: Type.String() })),
})
export type StartResult = Static<typeof StartResult>

export const SteerEnrollment = Type.Object(
  {
    action: Type.Union([Type.Literal('pause'), Type.Literal('resume'), Type.Literal('stop')]),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type SteerEnrollment = Static<typeof SteerEnrollment>

/** What resuming a paused enrollment would do if it were done now. */
export const ResumePreview = Type.Object({
  /** The e-mails that are left, in order; it ends with a step that would wait for a person. */
  steps: Type.Array(
    Type.Object({
      /** "Step 2 of 3: e-mail “Checking in”" */
      step: Type.String(),
      /** Null when no moment can be named: `why` says what to change. */
      at: Type.Union([Moment, Type.Null()]),
      why: Type.String(),
    }),
  ),
})
export type ResumePreview = Static<typeof ResumePreview>

/**
 * `retry`: try a held or failed step again. `resend`: send an unconfirmed mail once more, knowingly. `skip`: go on without it;
 * of an unconfirmed mail, whose sequence went on already: leave it as it is and ask no more. `done`: the task is done.
 */
export const ResolveStep = Type.Object(
  {
    action: Type.Union([Type.Literal('retry'), Type.Literal('resend'), Type.Literal('skip'), Type.Literal('done')]),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type ResolveStep = Static<typeof ResolveStep>
