import { type Static, Type } from 'typebox'
import { IdempotencyKey, MadeOn, Revision } from './common.ts'

/** HubSpot's id of a subscription type: digits. */
const SubscriptionId = Type.String({ pattern: '^[1-9][0-9]{0,15}$' })

export const WriteOptOuts = Type.Union([Type.Literal('off'), Type.Literal('subscription'), Type.Literal('all')])
export type WriteOptOuts = Static<typeof WriteOptOuts>

const Queue = Type.Object({
  /** Whether HubSpot granted what it needs; without that it cannot be switched on. */
  permitted: Type.Boolean(),
  /** Why nothing is written at present, as a sentence that says what to do; null while it works. */
  problem: Type.Union([Type.String(), Type.Null()]),
  waiting: Type.Integer(),
  /** Those HubSpot did not take. */
  refused: Type.Integer(),
})

/** What HubSpot and Stagecue tell each other about opt-outs and sent mails, and how that goes. */
export const HubSpotMail = Type.Object({
  /** The subscription type these mails belong to: who opted out of it gets none. Null: only an opt-out of everything counts. */
  subscription: Type.Union([Type.Object({ id: Type.String(), name: Type.String() }), Type.Null()]),
  /** What is written to HubSpot when somebody unsubscribes from our mails. */
  writeOptOuts: WriteOptOuts,
  /** Whether each sent mail becomes an e-mail on the records of its contact and deal. */
  logMails: Type.Boolean(),
  optOuts: Queue,
  mails: Type.Object({
    ...Queue.properties,
    /** Nobody can know whether HubSpot has these; they are not written again. */
    unknown: Type.Integer(),
  }),
  changedBy: Type.Union([Type.String(), Type.Null()]),
  revision: Revision,
  /** Where an admin reconnects to give the permissions. */
  connectUrl: Type.String(),
})
export type HubSpotMail = Static<typeof HubSpotMail>

export const SubscriptionTypes = Type.Object({
  subscriptions: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), description: Type.String() })),
})
export type SubscriptionTypes = Static<typeof SubscriptionTypes>

export const SaveHubSpotMail = Type.Object(
  {
    subscriptionId: Type.Union([SubscriptionId, Type.Null()]),
    writeOptOuts: WriteOptOuts,
    logMails: Type.Boolean(),
    revision: MadeOn,
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type SaveHubSpotMail = Static<typeof SaveHubSpotMail>
