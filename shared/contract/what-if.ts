import { type Static, Type } from 'typebox'
import { HubSpotId, Id, IdempotencyKey, Moment, PipelineKey } from './common.ts'

/** A stage that would start the sequence. */
export const WhatIfStage = Type.Object(
  { pipelineId: PipelineKey, stageId: PipelineKey },
  { additionalProperties: false },
)
export type WhatIfStage = Static<typeof WhatIfStage>

/** Asks what the saved draft would have done, started by the mappings that lead to it, switched on, or by one stage. */
export const AskWhatIf = Type.Object(
  {
    startedBy: Type.Union([
      Type.Object({ kind: Type.Literal('mappings') }, { additionalProperties: false }),
      Type.Object(
        { kind: Type.Literal('stage'), pipelineId: PipelineKey, stageId: PipelineKey },
        { additionalProperties: false },
      ),
    ]),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type AskWhatIf = Static<typeof AskWhatIf>

/** How many times a reason applied, with its sentence. */
const Reasons = Type.Array(Type.Object({ reason: Type.String(), sentence: Type.String(), count: Type.Integer() }))

/** Whom a line is about; the names are today's, null when we do not keep them. */
const WHO = {
  dealId: HubSpotId,
  dealName: Type.Union([Type.String(), Type.Null()]),
  contactId: HubSpotId,
  contactName: Type.Union([Type.String(), Type.Null()]),
}

export const WhatIfMail = Type.Object({
  ...WHO,
  /** From 1. */
  step: Type.Integer(),
  at: Moment,
  /** The address it would have come from. */
  sender: Type.String(),
  /** Why then. */
  why: Type.String(),
})
export type WhatIfMail = Static<typeof WhatIfMail>

/** Two things that meet at one contact, or a mail that had to wait for a limit. */
export const WhatIfCollision = Type.Object({
  ...WHO,
  kind: Type.Union([Type.Literal('two_sequences'), Type.Literal('two_mails_a_day'), Type.Literal('deferred')]),
  at: Moment,
  sentence: Type.String(),
})
export type WhatIfCollision = Static<typeof WhatIfCollision>

/** A step that would have waited for a person. */
export const WhatIfHold = Type.Object({ ...WHO, step: Type.Integer(), at: Moment, why: Type.String() })
export type WhatIfHold = Static<typeof WhatIfHold>

export const WhatIfDay = Type.Object({
  /** `2026-11-30`, in the account's time zone. */
  day: Type.String(),
  mails: Type.Integer(),
  /** `09:00`: the hour with most of them. */
  busiestHour: Type.String(),
  busiestMails: Type.Integer(),
})
export type WhatIfDay = Static<typeof WhatIfDay>

/** What a draft would have done; lists hold the first of what the totals count. */
export const WhatIfReport = Type.Object({
  from: Moment,
  to: Moment,
  /** Deals whose history was looked at, and how many there were. */
  dealsRead: Type.Integer(),
  dealsFound: Type.Integer(),
  /** Deals that entered a stage that starts the sequence. */
  deals: Type.Integer(),
  enrolled: Type.Integer(),
  mails: Type.Integer(),
  completed: Type.Integer(),
  stopped: Type.Integer(),
  /** Still under way at the end. */
  running: Type.Integer(),
  held: Type.Integer(),
  collisions: Type.Integer(),
  notEnrolled: Reasons,
  stops: Reasons,
  days: Type.Array(WhatIfDay),
  mailList: Type.Array(WhatIfMail),
  collisionList: Type.Array(WhatIfCollision),
  holdList: Type.Array(WhatIfHold),
})
export type WhatIfReport = Static<typeof WhatIfReport>

export const WhatIfState = Type.Union([
  Type.Literal('never'),
  Type.Literal('waiting'),
  Type.Literal('reading'),
  Type.Literal('done'),
  Type.Literal('failed'),
])

/** The last question about a sequence, and its answer. */
export const WhatIf = Type.Object({
  sequenceId: Id,
  state: WhatIfState,
  askedAt: Type.Union([Moment, Type.Null()]),
  /** The draft was saved since: the answer is about an older one. */
  outdated: Type.Boolean(),
  /** While HubSpot is read: deals so far, and of how many. */
  read: Type.Integer(),
  of: Type.Integer(),
  /** Why there is no answer, as a sentence. */
  problem: Type.Union([Type.String(), Type.Null()]),
  report: Type.Union([WhatIfReport, Type.Null()]),
})
export type WhatIf = Static<typeof WhatIf>
