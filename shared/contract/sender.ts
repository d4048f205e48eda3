import { type Static, Type } from 'typebox'
import { HubSpotId, Id, IdempotencyKey, Moment } from './common.ts'

const Nullable = <T extends Parameters<typeof Type.Object>[0][string]>(type: T) => Type.Union([type, Type.Null()])

/** Mails a day, 0 for no cap. */
const DailyCap = Type.Integer({ minimum: 0, maximum: 100_000 })

/** The first day's cap and how much each day adds, until the daily cap is reached. */
export const RampUp = Type.Object(
  { start: Type.Integer({ minimum: 1, maximum: 10_000 }), step: Type.Integer({ minimum: 1, maximum: 10_000 }) },
  { additionalProperties: false },
)
export type RampUp = Static<typeof RampUp>

/** Where a sender's mails are handed over. Only the ports that mail servers listen on for clients. */
const serverFields = {
  host: Type.String({ minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9.:-]+$' }),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  /** `tls` from the first byte, or `starttls` before anything else is said. */
  tls: Type.Union([Type.Literal('tls'), Type.Literal('starttls')]),
  /** Empty: no login. */
  user: Type.String({ maxLength: 254 }),
}

/** A sender as the settings page shows it. A password is never given out. */
export const SenderRow = Type.Object({
  id: Id,
  address: Type.String(),
  fromName: Type.String(),
  replyTo: Type.String(),
  signature: Type.String(),
  /** Null: the mail server of Stagecue. */
  server: Nullable(Type.Object({ ...serverFields, hasPassword: Type.Boolean() })),
  /** Where answers arrive; null: Stagecue does not read them. */
  mailbox: Nullable(Type.Object({ ...serverFields, hasPassword: Type.Boolean() })),
  /** Why the mailbox could not be read last; null while it can. */
  mailboxProblem: Nullable(Type.String()),
  /** Mails in it that could not be read or handled and were given up; null when the last one is long ago. */
  mailboxPassedOver: Nullable(
    Type.Object({
      count: Type.Integer(),
      /** Of the last one. */
      at: Moment,
      why: Type.String(),
    }),
  ),
  /** Bounces come back to the address itself, whose mailbox is read; else to an address of Stagecue. */
  readsBounces: Type.Boolean(),
  dailyCap: DailyCap,
  rampUp: Nullable(RampUp),
  /** How many mails may go today; null: no cap. */
  capToday: Nullable(Type.Integer()),
  active: Type.Boolean(),
  isDefault: Type.Boolean(),
  /** The account's own, whose address is set by the operator. */
  isAccount: Type.Boolean(),
  /** Why it sends nothing at present, as a sentence; null while it can. */
  problem: Nullable(Type.String()),
})
export type SenderRow = Static<typeof SenderRow>

export const DomainFinding = Type.Object({
  subject: Type.Union([
    Type.Literal('spf'),
    Type.Literal('dkim'),
    Type.Literal('dmarc'),
    Type.Literal('mx'),
    Type.Literal('account'),
  ]),
  verdict: Type.Union([Type.Literal('ok'), Type.Literal('advice'), Type.Literal('fault'), Type.Literal('unknown')]),
  /** Plain and short; says what to publish. */
  sentence: Type.String(),
})
export type DomainFinding = Static<typeof DomainFinding>

export const SendingDomainRow = Type.Object({
  domain: Type.String(),
  /** Whether enough is right to send. */
  passed: Type.Boolean(),
  findings: Type.Array(DomainFinding),
  checkedAt: Nullable(Moment),
  dailyCap: DailyCap,
})
export type SendingDomainRow = Static<typeof SendingDomainRow>

export const Senders = Type.Object({
  senders: Type.Array(SenderRow),
  domains: Type.Array(SendingDomainRow),
})
export type Senders = Static<typeof Senders>

/** A server to log in to. */
const Login = Type.Object(
  {
    ...serverFields,
    /** Null: the one that is kept, which stays only while host, port and user do. */
    password: Nullable(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
)
export type Login = Static<typeof Login>

const senderFields = {
  fromName: Type.String({ minLength: 1, maxLength: 100 }),
  /** Empty: the address. */
  replyTo: Type.String({ maxLength: 254 }),
  /** Plain text or HTML, with merge fields; added to every mail. */
  signature: Type.String({ maxLength: 5_000 }),
  server: Nullable(Login),
  mailbox: Nullable(Login),
  dailyCap: DailyCap,
  rampUp: Nullable(RampUp),
  active: Type.Boolean(),
  idempotencyKey: IdempotencyKey,
}

export const AddSender = Type.Object(
  { address: Type.String({ minLength: 3, maxLength: 254 }), ...senderFields },
  { additionalProperties: false },
)
export type AddSender = Static<typeof AddSender>

/** The address stays: who wrote stays who wrote. Name and reply address of the account's own are in `SaveSender`. */
export const ChangeSender = Type.Object(senderFields, { additionalProperties: false })
export type ChangeSender = Static<typeof ChangeSender>

/** What became of a test mail. */
export const SenderTest = Type.Object({
  /** Null: not known. */
  sent: Nullable(Type.Boolean()),
  /** What happened, with the mail server's words where it refused. */
  message: Type.String(),
})
export type SenderTest = Static<typeof SenderTest>

const Domain = Type.String({ minLength: 3, maxLength: 253, pattern: '^[a-z0-9.-]+$' })

export const CheckDomain = Type.Object(
  { domain: Domain, idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type CheckDomain = Static<typeof CheckDomain>

export const SaveDomain = Type.Object(
  { domain: Domain, dailyCap: DailyCap, idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type SaveDomain = Static<typeof SaveDomain>

/** A HubSpot owner and the sender of the deals they own. */
export const OwnerRow = Type.Object({
  ownerId: HubSpotId,
  name: Type.String(),
  email: Nullable(Type.String()),
  /** Null: none, so the default sends. */
  senderId: Nullable(Id),
  linkedByHand: Type.Boolean(),
  /** Counts for their deals' contacts without one; null: not known. A name of the tz database, else as HubSpot spells it. */
  timeZone: Nullable(Type.String()),
})
export type OwnerRow = Static<typeof OwnerRow>

export const Owners = Type.Object({
  /** Whether HubSpot lets us read owners at all. */
  permitted: Type.Boolean(),
  /** Whether it lets us read their time zones, too. */
  zonesPermitted: Type.Boolean(),
  owners: Type.Array(OwnerRow),
  readAt: Nullable(Moment),
  /** Where an admin grants what is missing. */
  connectUrl: Type.String(),
})
export type Owners = Static<typeof Owners>

/** `match` goes back to the sender with the owner's address; `none` to the default. */
export const LinkOwner = Type.Object(
  {
    link: Type.Union([Type.Literal('match'), Type.Literal('none'), Id]),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type LinkOwner = Static<typeof LinkOwner>
