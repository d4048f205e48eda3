import type { Subscription } from '../project.ts'
import { isPrimaryLink, OBJECT_TYPES, toObjectType } from './object-types.ts'
import type { Fact, ObjectType } from './types.ts'

/** One event as it goes over the wire. Ids are numbers here, unlike in the CRM API. */
export type WebhookEvent = Record<string, unknown> & {
  portalId: number
  subscriptionType: string
  attemptNumber: number
}

/** Which kind of fact a subscription type names after its dot. */
const KINDS: Record<string, Fact['kind']> = {
  creation: 'creation',
  deletion: 'deletion',
  restore: 'restore',
  merge: 'merge',
  propertyChange: 'propertyChange',
  associationChange: 'associationChange',
  privacyDeletion: 'privacyDeletion',
}

export interface EventMaker {
  /** The events the app's subscriptions make of facts; one fact can match several subscriptions. */
  make(facts: readonly Fact[]): WebhookEvent[]
  /** Fills in what a hand-made event leaves out. */
  complete(event: Record<string, unknown>, at: number): WebhookEvent
}

export function createEventMaker(
  subscriptions: readonly Subscription[],
  appId: number,
  legacyShapes: boolean,
): EventMaker {
  let lastEventId = 3_816_279_000
  const rows = subscriptions
    .map((subscription, index) => ({ ...parse(subscription, legacyShapes), subscriptionId: 4_801_001 + index }))
    .filter((row) => row.active)
  return {
    make(facts) {
      const events: WebhookEvent[] = []
      for (const fact of facts) {
        for (const row of rows) {
          if (row.kind !== fact.kind || row.objectType !== fact.objectType) continue
          if (fact.kind === 'propertyChange' && row.propertyName !== fact.propertyName) continue
          const common = { eventId: ++lastEventId, subscriptionId: row.subscriptionId, portalId: fact.portalId, appId }
          events.push(toEvent(fact, common, row.isLegacy))
        }
      }
      return events
    },
    complete(event, at) {
      return {
        eventId: ++lastEventId,
        subscriptionId: 4_800_001,
        portalId: 0,
        appId,
        occurredAt: at,
        subscriptionType: 'object.propertyChange',
        attemptNumber: 0,
        ...event,
      }
    },
  }
}

function parse(subscription: Subscription, legacyShapes: boolean) {
  const [object = '', kind = ''] = subscription.subscriptionType.split('.')
  const isObject = object === 'object'
  return {
    active: subscription.active !== false,
    kind: KINDS[kind],
    objectType: toObjectType(isObject ? (subscription.objectType ?? '') : object),
    propertyName: subscription.propertyName,
    isLegacy: !isObject || legacyShapes,
  }
}

interface Common {
  readonly eventId: number
  readonly subscriptionId: number
  readonly portalId: number
  readonly appId: number
}

/** HubSpot docs, webhooks: `object.*` events say their object type in `objectTypeId`, legacy ones in their name. */
function toEvent(fact: Fact, common: Common, isLegacy: boolean): WebhookEvent {
  const { singular, typeId } = OBJECT_TYPES[fact.objectType]
  const prefix = isLegacy || fact.kind === 'privacyDeletion' ? singular : 'object'
  const base = {
    ...common,
    occurredAt: fact.occurredAt,
    subscriptionType: `${prefix}.${fact.kind}`,
    attemptNumber: 0,
  }
  const source = { changeSource: fact.source.sourceType, sourceId: fact.source.sourceId }
  const object = {
    objectId: Number(fact.objectId),
    ...(isLegacy || fact.kind === 'privacyDeletion' ? {} : { objectTypeId: typeId }),
  }
  switch (fact.kind) {
    case 'propertyChange':
      return {
        ...base,
        ...object,
        propertyName: fact.propertyName,
        propertyValue: fact.propertyValue,
        ...source,
        ...(isLegacy ? {} : { isSensitive: false }),
      }
    case 'creation':
      return { ...base, ...object, changeFlag: 'NEW', ...source }
    case 'deletion':
      return { ...base, ...object, changeFlag: 'DELETED', ...source }
    case 'merge':
      return {
        ...base,
        ...object,
        primaryObjectId: Number(fact.objectId),
        mergedObjectIds: fact.mergedIds.map(Number),
        newObjectId: Number(fact.newId ?? fact.objectId),
        numberOfPropertiesMoved: fact.moved,
        ...source,
      }
    case 'associationChange':
      return { ...base, ...associationPart(fact, isLegacy), ...source }
    default:
      return { ...base, ...object, ...source }
  }
}

function associationPart(fact: Extract<Fact, { kind: 'associationChange' }>, isLegacy: boolean) {
  const word = (type: ObjectType) => OBJECT_TYPES[type].singular.toUpperCase()
  return {
    associationType: `${word(fact.objectType)}_TO_${word(fact.toType)}`,
    ...(isLegacy ? {} : { associationTypeId: fact.link.typeId, associationCategory: fact.link.category }),
    fromObjectId: Number(fact.objectId),
    ...(isLegacy ? {} : { fromObjectTypeId: OBJECT_TYPES[fact.objectType].typeId }),
    toObjectId: Number(fact.toId),
    ...(isLegacy ? {} : { toObjectTypeId: OBJECT_TYPES[fact.toType].typeId }),
    associationRemoved: fact.removed,
    isPrimaryAssociation: isPrimaryLink(fact.link),
  }
}
