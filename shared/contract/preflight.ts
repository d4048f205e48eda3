import { type Static, Type } from 'typebox'
import { HubSpotId, Id, IdempotencyKey } from './common.ts'
import { StepId } from './step-base.ts'

/** What a look at a sequence found. An `error` would make a wrong mail and keeps the sequence from being published. */
export const PreflightFinding = Type.Object({
  /** The step it is about, from 1; null: the whole sequence, or the account. */
  step: Type.Union([Type.Integer(), Type.Null()]),
  severity: Type.Union([Type.Literal('error'), Type.Literal('warning')]),
  /** Plain and short; says what to do. */
  sentence: Type.String(),
  /** Where it is changed, counted from 0 as in a save: `definition.steps.2.subject`, `sender.postalAddress`; null: nowhere alone. */
  field: Type.Union([Type.String(), Type.Null()]),
})
export type PreflightFinding = Static<typeof PreflightFinding>

/** What the saved draft of a sequence should be looked at for before it goes live; errors first. */
export const Preflight = Type.Object({
  /** Of the draft that was looked at. */
  revision: Type.Integer(),
  /** Whose values filled the mails: a contact of a deal, or examples. */
  filledWith: Type.String(),
  findings: Type.Array(PreflightFinding),
})
export type Preflight = Static<typeof Preflight>

/** Whose values fill the mails: both, or neither for examples. */
export const SampleQuery = Type.Object({ dealId: Type.Optional(HubSpotId), contactId: Type.Optional(HubSpotId) })
export type SampleQuery = Static<typeof SampleQuery>

/** Besides, which variant of a step that has some; without it the first. */
export const TestMailQuery = Type.Object({ variantId: Type.Optional(StepId), ...SampleQuery.properties })
export type TestMailQuery = Static<typeof TestMailQuery>

export const StepPreviewQuery = Type.Object({ stepId: StepId, ...TestMailQuery.properties })
export type StepPreviewQuery = Static<typeof StepPreviewQuery>

/** A step of the saved draft as it would be sent now. */
export const StepPreview = Type.Object({
  subject: Type.String(),
  text: Type.String(),
  html: Type.String(),
  from: Type.String(),
  replyTo: Type.Union([Type.String(), Type.Null()]),
  /** The contact's address; null with example values, or when the contact has none. */
  to: Type.Union([Type.String(), Type.Null()]),
  /** What tells mail programs about the list and how to leave it. */
  headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  /** The domain whose DKIM signature it gets; null: the mail server must sign. */
  signedBy: Type.Union([Type.String(), Type.Null()]),
  filledWith: Type.String(),
  /** Merge fields without a value, shown in the texts as `[contact.company]`. */
  unfilled: Type.Array(Type.String()),
  /** What would hold or stop it, as sentences. */
  problems: Type.Array(Type.String()),
})
export type StepPreview = Static<typeof StepPreview>

/** Part of a deal's name, or its number, which is read from HubSpot when Stagecue does not know it yet. */
export const SampleDealsQuery = Type.Object({
  search: Type.Optional(Type.String({ maxLength: 120, pattern: '^[^\\u0000-\\u001f]*$' })),
})
export type SampleDealsQuery = Static<typeof SampleDealsQuery>

export const SampleDeals = Type.Object({
  deals: Type.Array(
    Type.Object({
      dealId: HubSpotId,
      name: Type.String(),
      contacts: Type.Array(Type.Object({ contactId: HubSpotId, name: Type.String() })),
    }),
  ),
})
export type SampleDeals = Static<typeof SampleDeals>

/** The mail goes to whoever asks; there is no field for an address. Whose values fill it stands in the query. */
export const SendTestMail = Type.Object(
  { stepId: StepId, idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type SendTestMail = Static<typeof SendTestMail>

export const TestMailSent = Type.Object({
  id: Id,
  /** `unconfirmed`: nobody can know whether the mail server took it. */
  outcome: Type.Union([Type.Literal('accepted'), Type.Literal('unconfirmed')]),
  sentence: Type.String(),
})
export type TestMailSent = Static<typeof TestMailSent>
