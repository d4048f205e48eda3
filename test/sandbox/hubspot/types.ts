/** What a portal of the stand-in holds. Times are milliseconds since 1970; ids are strings, as HubSpot's API gives them. */

export type ObjectType =
  | 'contacts'
  | 'companies'
  | 'deals'
  | 'tickets'
  | 'tasks'
  | 'notes'
  | 'emails'
  | 'calls'
  | 'meetings'
  | 'communications'
  | 'users'

/** Who changed something, as property history and webhooks name it (`CRM_UI`, `INTEGRATION`, …: an open set). */
export interface Source {
  readonly sourceType: string
  readonly sourceId: string
}

/** One value a property had. Kept oldest first; HubSpot shows them newest first. */
export interface Version extends Source {
  readonly value: string
  readonly timestamp: number
}

export interface CrmRecord {
  readonly id: string
  readonly type: ObjectType
  readonly properties: Map<string, string>
  readonly history: Map<string, Version[]>
  readonly createdAt: number
  updatedAt: number
  archivedAt: number | null
  /** The record this one was merged into; its id keeps resolving to that one. */
  mergedInto: string | null
}

export interface LinkType {
  readonly category: 'HUBSPOT_DEFINED' | 'USER_DEFINED' | 'INTEGRATOR_DEFINED'
  readonly typeId: number
  readonly label: string | null
}

export interface Stage {
  readonly id: string
  readonly label: string
  readonly probability: string
  readonly isClosed: boolean
}

export interface Pipeline {
  readonly id: string
  readonly label: string
  readonly stages: Stage[]
}

export interface User {
  readonly id: number
  readonly email: string
  readonly firstName: string
  readonly lastName: string
}

/** HubSpot's owner id is not the user id. */
export interface Owner {
  readonly id: string
  readonly userId: number
  readonly email: string
  readonly firstName: string
  readonly lastName: string
}

export interface PropertyOption {
  readonly label: string
  readonly value: string
  readonly displayOrder: number
  readonly hidden: boolean
}

export interface Property {
  readonly name: string
  label: string
  groupName: string
  readonly type: string
  fieldType: string
  description: string
  options: PropertyOption[]
  readonly hasUniqueValue: boolean
  readonly hubspotDefined: boolean
  readonly createdAt: number
  updatedAt: number
}

export interface PropertyGroup {
  readonly name: string
  readonly label: string
  readonly displayOrder: number
}

export interface TimelineEvent {
  readonly id: string
  readonly eventTypeName: string
  readonly objectType: ObjectType
  readonly objectId: string
  readonly properties: Record<string, string>
  readonly extraData: unknown
  readonly timestamp: number
  readonly createdAt: number
}

export interface Preferences {
  /** Portal-wide opt-out, the moment of it. */
  unsubscribedAllAt: number | null
  readonly statuses: Map<string, 'SUBSCRIBED' | 'UNSUBSCRIBED'>
}

export interface Portal {
  readonly portalId: number
  readonly name: string
  /** The customer's web domain (`hub_domain`), not HubSpot's host. */
  readonly domain: string
  readonly timeZone: string
  readonly utcOffset: string
  readonly currency: string
  readonly users: User[]
  readonly owners: Owner[]
  readonly pipelines: Pipeline[]
  readonly records: Map<ObjectType, Map<string, CrmRecord>>
  /** `deals:12>contacts` to the linked ids and the types of each link; both directions are kept. */
  readonly links: Map<string, Map<string, LinkType[]>>
  readonly labels: Map<string, LinkType[]>
  readonly properties: Map<ObjectType, Map<string, Property>>
  readonly groups: Map<ObjectType, Map<string, PropertyGroup>>
  /** `deals:12` to what apps wrote on its timeline, oldest first. */
  readonly timeline: Map<string, TimelineEvent[]>
  readonly timelineIds: Set<string>
  readonly contactByEmail: Map<string, string>
  readonly preferences: Map<string, Preferences>
  nextId: number
}

interface FactBase {
  readonly portalId: number
  readonly objectType: ObjectType
  readonly objectId: string
  readonly occurredAt: number
  readonly source: Source
}

/** Something that happened in a portal; webhooks are made of these. */
export type Fact =
  | (FactBase & { readonly kind: 'creation' | 'deletion' | 'restore' | 'privacyDeletion' })
  | (FactBase & { readonly kind: 'propertyChange'; readonly propertyName: string; readonly propertyValue: string })
  | (FactBase & {
      readonly kind: 'merge'
      readonly mergedIds: readonly string[]
      readonly moved: number
      /** Of the record that stays, where the merge gave it another one. */
      readonly newId?: string
    })
  | (FactBase & {
      readonly kind: 'associationChange'
      readonly toType: ObjectType
      readonly toId: string
      readonly link: LinkType
      readonly removed: boolean
    })
