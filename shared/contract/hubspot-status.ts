import { type Static, Type } from 'typebox'
import { IdempotencyKey, Moment } from './common.ts'

/** Whether our status is kept in properties of the account's contacts and deals, and how that goes. */
export const HubSpotStatus = Type.Object({
  enabled: Type.Boolean(),
  /** Whether HubSpot granted what it needs; without that it cannot be switched on. */
  permitted: Type.Boolean(),
  /** Why nothing is written at present, as a sentence that says what to do; null while it works. */
  problem: Type.Union([Type.String(), Type.Null()]),
  /** The properties by the names HubSpot shows for them. */
  properties: Type.Array(Type.Object({ name: Type.String(), label: Type.String() })),
  /** Records that are not up to date yet. */
  waiting: Type.Integer(),
  /** Records HubSpot did not take. */
  refused: Type.Integer(),
  lastWrittenAt: Type.Union([Moment, Type.Null()]),
  changedBy: Type.Union([Type.String(), Type.Null()]),
  /** Where an admin reconnects to give the permission. */
  connectUrl: Type.String(),
})
export type HubSpotStatus = Static<typeof HubSpotStatus>

export const SaveHubSpotStatus = Type.Object(
  { enabled: Type.Boolean(), idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type SaveHubSpotStatus = Static<typeof SaveHubSpotStatus>
