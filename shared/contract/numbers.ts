import { type Static, Type } from 'typebox'
import { Id, Moment } from './common.ts'
import { SequenceStatusField } from './sequence.ts'

/** How far back: days of 24 hours until now. Text, because it comes from an address. */
export const NumbersQuery = Type.Object({
  days: Type.Optional(Type.Union([Type.Literal('7'), Type.Literal('30'), Type.Literal('90'), Type.Literal('365')])),
})
export type NumbersQuery = Static<typeof NumbersQuery>

/** Contacts who followed a link themselves. Null: no mail tracks its links. */
const Clicked = Type.Union([Type.Integer(), Type.Null()])

/** Contacts whose picture was loaded: never more than a hint. Null: no mail has one. */
const Opened = Type.Union([
  Type.Object({
    /** By their mail programs. */
    byPrograms: Type.Integer(),
    /** By Apple's or Gmail's proxy, which may load it although nobody reads the mail. */
    byProxies: Type.Integer(),
  }),
  Type.Null(),
])

/** Contacts enrolled in the period, and what became of them until now. */
export const SequenceLine = Type.Object({
  sequenceId: Id,
  name: Type.String(),
  status: SequenceStatusField,
  enrolled: Type.Integer(),
  running: Type.Integer(),
  completed: Type.Integer(),
  stopped: Type.Integer(),
  /** Mails whose time came. */
  due: Type.Integer(),
  /** Mails the mail server took. */
  sent: Type.Integer(),
  /** Sent, and not come back. */
  delivered: Type.Integer(),
  /** Contacts whose address was refused or whose mail came back. */
  bounced: Type.Integer(),
  replied: Type.Integer(),
  clicked: Clicked,
  opened: Opened,
  unsubscribed: Type.Integer(),
})
export type SequenceLine = Static<typeof SequenceLine>

const Share = Type.Object({
  /** Deals that have been watched long enough. */
  deals: Type.Integer(),
  /** Those of them that moved forward in time. */
  advanced: Type.Integer(),
})

/** Deals that entered a stage in the period, each counted once. */
export const StageLine = Type.Object({
  pipelineId: Type.String(),
  stageId: Type.String(),
  pipelineLabel: Type.String(),
  stageLabel: Type.String(),
  enrolledDeals: Type.Integer(),
  otherDeals: Type.Integer(),
  /** Median of those that left it; null when none did. */
  hoursInStage: Type.Union([Type.Number(), Type.Null()]),
  enrolled: Share,
  others: Share,
})
export type StageLine = Static<typeof StageLine>

export const Numbers = Type.Object({
  from: Moment,
  to: Moment,
  /** Moving forward counts within so many days of entering the stage. */
  advanceDays: Type.Integer(),
  sequences: Type.Array(SequenceLine),
  stages: Type.Array(StageLine),
})
export type Numbers = Static<typeof Numbers>

const StopReasons = Type.Array(Type.Object({ reason: Type.String(), label: Type.String(), count: Type.Integer() }))

export const StepLine = Type.Object({
  stepId: Type.String(),
  /** "E-mail 2: Checking in". */
  label: Type.String(),
  /** Contacts for whom its time came. */
  due: Type.Integer(),
  sent: Type.Integer(),
  delivered: Type.Integer(),
  bounced: Type.Integer(),
  /** After this mail, before another one. */
  replied: Type.Integer(),
  clicked: Clicked,
  opened: Opened,
  unsubscribed: Type.Integer(),
  /** Why sequences ended after this mail, before another one. */
  stopReasons: StopReasons,
})
export type StepLine = Static<typeof StepLine>

/** One variant of an e-mail; contacts are given to the variants by chance, so their shares may be compared. */
export const VariantLine = Type.Object({
  stepId: Type.String(),
  variantId: Type.String(),
  /** "E-mail 2, variant A: Checking in". */
  label: Type.String(),
  sent: Type.Integer(),
  delivered: Type.Integer(),
  replied: Type.Integer(),
  unsubscribed: Type.Integer(),
})
export type VariantLine = Static<typeof VariantLine>

/** What mails change, against a group of deals that get none. Shares are parts of 1. */
export const HoldOut = Type.Object({
  enrolled: Share,
  heldOut: Share,
  /** Difference of the shares with its 95 % interval; null without enough data. */
  difference: Type.Union([Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() }), Type.Null()]),
  /** What that means, in words. */
  sentence: Type.String(),
})
export type HoldOut = Static<typeof HoldOut>

export const SequenceNumbers = Type.Object({
  from: Moment,
  to: Moment,
  advanceDays: Type.Integer(),
  sequence: SequenceLine,
  steps: Type.Array(StepLine),
  /** Of the e-mails that are sent in variants, in the order of the steps. */
  variants: Type.Array(VariantLine),
  /** Also of those who got no mail yet. */
  stopReasons: StopReasons,
  /** Null: no deal was held out in the period. */
  holdOut: Type.Union([HoldOut, Type.Null()]),
})
export type SequenceNumbers = Static<typeof SequenceNumbers>
