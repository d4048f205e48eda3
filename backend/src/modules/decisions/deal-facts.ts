import type { ContactTypes } from '#hubspot/associations.ts'
import type { HubSpotDeal } from '#hubspot/deals.ts'
import type { SavedContact } from '#modules/contacts/save-contacts.ts'
import type { ConnectionFacts } from '#modules/installations/get-connection-facts.ts'
import type { NamedProperties } from '#modules/mappings/named-properties.ts'
import type { KnownStage } from '#modules/pipelines/list-stages.ts'
import type { Properties } from './evaluate-condition.ts'
import type { StageChanges } from './stage-changes.ts'

/** What all deals of a turn have in common. */
export interface TurnContext extends ConnectionFacts {
  readonly stages: readonly KnownStage[]
  readonly changes: StageChanges
  /** The properties that HubSpot was asked for. */
  readonly asked: NamedProperties
  /** What it said of contacts, by HubSpot's id. */
  readonly contactProperties: ReadonlyMap<string, Properties>
}

/** What is needed to decide anything about one deal. */
export interface DealFacts {
  readonly dealId: string
  readonly deal: HubSpotDeal | undefined
  /** All contacts of the deal with the types of their association, by HubSpot's id; undefined when nobody asked. */
  readonly contactTypes: ContactTypes | undefined
  /** Of all deals of the turn, by HubSpot's id; whose they are says `contactTypes`. */
  readonly contacts: ReadonlyMap<string, SavedContact>
  readonly turn: TurnContext
}
