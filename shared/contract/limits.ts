import { type Static, Type } from 'typebox'
import { Id, IdempotencyKey, MadeOn, Moment, Revision } from './common.ts'

const RULES = {
  /** At most one mail to a contact in this many hours; 0: no limit. */
  contactHours: Type.Integer({ minimum: 0, maximum: 720 }),
  /** At least this many minutes between two mails to the same company in a deal; 0: no limit. */
  companyMinutes: Type.Integer({ minimum: 0, maximum: 10_080 }),
  /** At most this many mails of the account a day, in its time zone; 0: no limit. */
  portalPerDay: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  /** At most this many mails of each sequence a day, in the account's time zone; 0 or left out: no limit. */
  sequencePerDay: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  /** At most this many mails an hour to the addresses of one domain; 0 or left out: no limit. */
  domainPerHour: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  /** For how many hours after its time a mail still makes sense; later it waits for a person. */
  sensibleHours: Type.Integer({ minimum: 1, maximum: 720 }),
}

/** How much is sent to whom, and until when a mail still goes out on its own. */
export const SendingRules = Type.Object(RULES)
export type SendingRules = Static<typeof SendingRules>

/** The same as the settings page reads them. */
export const SavedSendingRules = Type.Object({ ...RULES, revision: Revision })
export type SavedSendingRules = Static<typeof SavedSendingRules>

export const SaveSendingRules = Type.Object(
  { ...RULES, revision: MadeOn, idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type SaveSendingRules = Static<typeof SaveSendingRules>

/** Something that keeps mails back now. */
export const StopRow = Type.Object({
  /** Null: the whole account. */
  sequenceId: Type.Union([Id, Type.Null()]),
  sequenceName: Type.Union([Type.String(), Type.Null()]),
  /** `first`: only mails to people who got none of this enrollment yet. */
  mails: Type.Union([Type.Literal('all'), Type.Literal('first')]),
  cause: Type.Union([Type.Literal('person'), Type.Literal('bounces')]),
  reason: Type.String(),
  stoppedAt: Moment,
  stoppedBy: Type.String(),
})
export type StopRow = Static<typeof StopRow>

export const Stops = Type.Object({ stops: Type.Array(StopRow) })
export type Stops = Static<typeof Stops>

export const StopSending = Type.Object(
  {
    /** Shown on every mail that waits; names the person when empty. */
    reason: Type.String({ maxLength: 200 }),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type StopSending = Static<typeof StopSending>

export const AllowSending = Type.Object(
  {
    cause: Type.Union([Type.Literal('person'), Type.Literal('bounces')]),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type AllowSending = Static<typeof AllowSending>

/** A mail that is too late to go on its own. */
export const LateMail = Type.Object({
  stepRunId: Id,
  dealId: Type.String(),
  dealName: Type.Union([Type.String(), Type.Null()]),
  contactName: Type.String(),
  sequenceName: Type.String(),
  /** From 1. */
  step: Type.Integer(),
  plannedFor: Moment,
  /** Why it waits, as a sentence. */
  why: Type.String(),
})
export type LateMail = Static<typeof LateMail>

/** The late mails of one sequence, by how late they are. */
export const LateMailGroup = Type.Object({
  sequenceName: Type.String(),
  count: Type.Integer(),
  underTwoDays: Type.Integer(),
  underAWeek: Type.Integer(),
  older: Type.Integer(),
  /** Of these, due before a backup was restored: perhaps sent already. */
  maybeSent: Type.Integer(),
})
export type LateMailGroup = Static<typeof LateMailGroup>

export const LateMails = Type.Object({
  count: Type.Integer(),
  /** What a decision about all must name, with `count`: what began to wait later is none of them. Null when nothing waits. */
  countedAt: Type.Union([Moment, Type.Null()]),
  /** What all of them are, the sequence with the most first. */
  groups: Type.Array(LateMailGroup),
  /** What is asked, with the count; null when nothing waits. */
  question: Type.Union([Type.String(), Type.Null()]),
  /** The oldest of them, up to 100. */
  mails: Type.Array(LateMail),
})
export type LateMails = Static<typeof LateMails>

const LateMailAction = Type.Union([Type.Literal('approve'), Type.Literal('skip')])

/** Of some late mails. */
export const DecideLateMails = Type.Object(
  {
    action: LateMailAction,
    stepRunIds: Type.Array(Id, { minItems: 1, maxItems: 100, uniqueItems: true }),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type DecideLateMails = Static<typeof DecideLateMails>

/** Of all that were counted, the oldest first, as many as one call can do. `countedAt` and `count` are those of `LateMails`. */
export const DecideAllLateMails = Type.Object(
  {
    action: LateMailAction,
    countedAt: Type.String({ pattern: '^20\\d\\d-\\d\\d-\\d\\dT[0-9:.]{5,18}Z$' }),
    count: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type DecideAllLateMails = Static<typeof DecideAllLateMails>

/** How many were decided, and how many wait still: of those that were counted, or of all where some were named. */
export const LateMailsDecided = Type.Object({
  decided: Type.Integer(),
  left: Type.Integer(),
  /** Those that could not be: they wait on their deal's card now, with this reason. */
  refused: Type.Array(Type.Object({ stepRunId: Id, contactName: Type.String(), why: Type.String() })),
})
export type LateMailsDecided = Static<typeof LateMailsDecided>
