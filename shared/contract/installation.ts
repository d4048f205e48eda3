import { type Static, Type } from 'typebox'
import { Change, IdempotencyKey, MadeOn, Moment, Revision } from './common.ts'

/** Our grant in a portal, as the settings page shows it. */
export const Connection = Type.Object({
  status: Type.Union([Type.Literal('connected'), Type.Literal('inactive'), Type.Literal('disconnected')]),
  /** Why it is not connected, as a sentence that says what to do; null while connected. */
  reason: Type.Union([Type.String(), Type.Null()]),
  portalId: Type.Integer(),
  /** The account's own domain, e.g. `acme.com`; null until HubSpot told us. */
  accountName: Type.Union([Type.String(), Type.Null()]),
  connectedAt: Type.Union([Moment, Type.Null()]),
  connectedBy: Type.Union([Type.String(), Type.Null()]),
  /** Scopes the app asks for that this grant lacks. */
  missingScopes: Type.Array(Type.String()),
  /** Where an admin installs or reconnects. */
  connectUrl: Type.String(),
})
export type Connection = Static<typeof Connection>

export const HealthFinding = Type.Object({
  level: Type.Union([Type.Literal('ok'), Type.Literal('warning'), Type.Literal('danger')]),
  code: Type.String(),
  /** What it means and what to do. */
  message: Type.String(),
})
export type HealthFinding = Static<typeof HealthFinding>

export const Health = Type.Object({
  webhookUrl: Type.String(),
  subscriptions: Type.Array(Type.String()),
  lastEventAt: Type.Union([Moment, Type.Null()]),
  eventsLastDay: Type.Integer(),
  pendingEvents: Type.Integer(),
  failedEvents: Type.Integer(),
  duePastSteps: Type.Integer(),
  unconfirmedMails: Type.Integer(),
  heldSteps: Type.Integer(),
  hubspotCallsLastDay: Type.Integer(),
  hubspotErrorsLastDay: Type.Integer(),
  findings: Type.Array(HealthFinding),
})
export type Health = Static<typeof Health>

export const Settings = Type.Object({
  connection: Connection,
  health: Type.Union([Health, Type.Null()]),
  /** Whether the signed-in user may change settings, and whom to ask if not. */
  access: Type.Object({
    mayConfigure: Type.Boolean(),
    admins: Type.Array(Type.String()),
    /** Of the list of admins. */
    revision: Revision,
  }),
})
export type Settings = Static<typeof Settings>

export const SaveAdmins = Type.Object(
  {
    emails: Type.Array(Type.String({ minLength: 3, maxLength: 254 }), { minItems: 1, maxItems: 50 }),
    revision: MadeOn,
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type SaveAdmins = Static<typeof SaveAdmins>

/** Who mails come from. The domain is the operator's `MAIL_DOMAIN`, so that bounces come back to us. */
export const Sender = Type.Object({
  fromName: Type.String(),
  fromAddress: Type.String(),
  replyTo: Type.String(),
  /** Shown in the footer; commercial mail must carry one in many countries. */
  postalAddress: Type.String(),
  revision: Revision,
})
export type Sender = Static<typeof Sender>

export const SaveSender = Type.Object(
  {
    fromName: Type.String({ minLength: 1, maxLength: 100 }),
    replyTo: Type.String({ minLength: 3, maxLength: 254 }),
    postalAddress: Type.String({ maxLength: 300 }),
    revision: MadeOn,
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type SaveSender = Static<typeof SaveSender>

export const Disconnect = Change
