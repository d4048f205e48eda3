import { type Static, Type } from 'typebox'
import { HubSpotId, Moment } from './common.ts'
import { DecisionRow } from './enrollment.ts'

/** One thing HubSpot told us, as the settings page lists it. */
export const EventRow = Type.Object({
  /** Our number of the event within the portal. */
  eventId: Type.String({ pattern: '^[0-9]{1,19}$' }),
  receivedAt: Moment,
  occurredAt: Moment,
  /** HubSpot's type, e.g. `object.propertyChange`. */
  type: Type.String(),
  /** What it says, in words: "Deal 124 moved to stage contractsent". */
  summary: Type.String(),
  dealId: Type.Union([HubSpotId, Type.Null()]),
  status: Type.Union([Type.Literal('pending'), Type.Literal('done'), Type.Literal('dead'), Type.Literal('ignored')]),
  attempts: Type.Integer(),
  /** Why it failed, waits or was ignored. */
  reason: Type.Union([Type.String(), Type.Null()]),
  /** Heard of too late to enroll anybody on its own; running it again does, where the rules allow it. */
  tooOld: Type.Boolean(),
  decisions: Type.Array(DecisionRow),
})
export type EventRow = Static<typeof EventRow>

export const EventPage = Type.Object({ events: Type.Array(EventRow), next: Type.Union([Type.String(), Type.Null()]) })
export type EventPage = Static<typeof EventPage>

export const EventQuery = Type.Object({
  status: Type.Optional(
    Type.Union([Type.Literal('pending'), Type.Literal('done'), Type.Literal('dead'), Type.Literal('ignored')]),
  ),
  /** The `eventId` of the last row of the page before. */
  before: Type.Optional(Type.String({ pattern: '^[0-9]{1,19}$' })),
})
export type EventQuery = Static<typeof EventQuery>

/** One call we made to HubSpot. */
export const HubSpotRequestRow = Type.Object({
  at: Moment,
  method: Type.String(),
  path: Type.String(),
  status: Type.Union([Type.Integer(), Type.Null()]),
  durationMs: Type.Number(),
  /** Masked bodies: keys stay, personal values do not. */
  request: Type.Union([Type.String(), Type.Null()]),
  response: Type.Union([Type.String(), Type.Null()]),
  error: Type.Union([Type.String(), Type.Null()]),
})
export type HubSpotRequestRow = Static<typeof HubSpotRequestRow>
