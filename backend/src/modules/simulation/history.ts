import type { AssociationType } from '#hubspot/associations.ts'
import type { StageChange } from '#hubspot/deals.ts'
import type { ChangeSource } from '#modules/decisions/enrollment-facts.ts'
import type { Properties } from '#modules/decisions/evaluate-condition.ts'

/** What happened in a portal between two moments: all that a simulation knows of the world. Order does not matter. */
export interface History {
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  readonly deals: readonly HistoryDeal[]
  readonly contacts: readonly HistoryContact[]
  readonly happenings: readonly Happening[]
  /** By HubSpot's owner id, as HubSpot spells them; without it nobody's is known. */
  readonly ownerTimeZones?: ReadonlyMap<string, string>
}

/** A stage change with who made it, where that is known. */
export interface SourcedChange extends StageChange {
  readonly source: ChangeSource | null
}

export interface HistoryDeal {
  /** HubSpot's id. */
  readonly dealId: string
  readonly name: string | null
  readonly amount: string | null
  readonly pipelineId: string | null
  /** The close date at the beginning; happenings change it. */
  readonly closeDate: string | null
  /** HubSpot's owner id at the beginning. */
  readonly ownerId: string | null
  readonly properties: Properties
  /** Those from before `from` are where the deal came from; they enroll nobody. */
  readonly stages: readonly SourcedChange[]
  readonly contacts: readonly { readonly contactId: string; readonly types: readonly AssociationType[] }[]
}

export interface HistoryContact {
  /** HubSpot's id. */
  readonly contactId: string
  /** As HubSpot has it; it may be no address. */
  readonly email: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly phone: string | null
  readonly company: string | null
  /** As HubSpot spells it. */
  readonly timeZone: string | null
  readonly properties: Properties
  /** Opted out of all e-mail in HubSpot. */
  readonly optedOut: boolean
  /** On the do-not-mail list from then on. */
  readonly suppressed: { readonly since: Temporal.Instant; readonly reason: string } | null
}

/** The day an absence names, or how many days after the notice it is; undefined: it names none. */
export type ReturnDate = Temporal.PlainDate | { readonly days: number } | undefined

/** What happens besides the stage changes of the deals. */
export type Happens =
  | { readonly kind: 'moved'; readonly dealId: string; readonly stageId: string; readonly source: ChangeSource | null }
  | { readonly kind: 'deleted'; readonly dealId: string }
  | { readonly kind: 'close_date'; readonly dealId: string; readonly value: string | null }
  | { readonly kind: 'owner'; readonly dealId: string; readonly ownerId: string | null }
  /** An answer needs a mail it answers: before the first mail to the contact it changes nothing. */
  | { readonly kind: 'replied'; readonly contactId: string }
  | { readonly kind: 'away'; readonly contactId: string; readonly returnDate: ReturnDate }
  /** These are about the address: they count whether or not we wrote before. */
  | { readonly kind: 'bounced' | 'complained' | 'unsubscribed'; readonly contactId: string }

export type Happening = Happens & { readonly at: Temporal.Instant }

/** What happens some time after the `mail`-th mail (from 1) of an enrollment went out. */
export interface Trigger {
  readonly mail: number
  readonly after: Temporal.Duration
  readonly happens: Happens
}
