import { expect, test } from 'vitest'
import { associationEnds } from '#modules/events/association-ends.ts'
import { parseDelivery } from '#modules/events/parse-delivery.ts'

const base = { eventId: 1, subscriptionId: 2, portalId: 33, occurredAt: 1_790_000_000_000, attemptNumber: 0 }

function parsed(event: object) {
  const { events } = parseDelivery(Buffer.from(JSON.stringify([{ ...base, ...event }])))
  const [first] = events
  return (
    first && {
      type: first.subscriptionType,
      object: first.objectId,
      lane: first.laneKey,
      deal: first.dealId,
      hash: first.dedupeHash,
    }
  )
}

const association = {
  subscriptionType: 'object.associationChange',
  associationType: 'DEAL_TO_CONTACT',
  associationTypeId: 3,
  associationCategory: 'HUBSPOT_DEFINED',
  fromObjectId: 124,
  fromObjectTypeId: '0-3',
  toObjectId: 51,
  toObjectTypeId: '0-1',
  associationRemoved: false,
}

test.each([
  [
    'generic stage change',
    {
      subscriptionType: 'object.propertyChange',
      objectTypeId: '0-3',
      objectId: 124,
      propertyName: 'dealstage',
      propertyValue: 'x',
    },
    'deal.propertyChange',
    '124',
    'deal:124',
    '124',
  ],
  [
    'legacy stage change',
    { subscriptionType: 'deal.propertyChange', objectId: 124, propertyName: 'dealstage', propertyValue: 'x' },
    'deal.propertyChange',
    '124',
    'deal:124',
    '124',
  ],
  [
    'legacy contact creation',
    { subscriptionType: 'contact.creation', objectId: 51 },
    'contact.creation',
    '51',
    'contact:51',
    null,
  ],
  [
    'deal restore with a text id',
    { subscriptionType: 'object.restore', objectTypeId: '0-3', objectId: '124' },
    'deal.restore',
    '124',
    'deal:124',
    '124',
  ],
  [
    'contact merge',
    { subscriptionType: 'object.merge', objectTypeId: '0-1', objectId: 51, mergedObjectIds: [52], newObjectId: 77 },
    'contact.merge',
    '51',
    'contact:51',
    null,
  ],
  [
    'merge that names only its winner',
    { subscriptionType: 'deal.merge', primaryObjectId: 9, mergedObjectIds: [8] },
    'deal.merge',
    '9',
    'deal:9',
    '9',
  ],
  [
    'privacy deletion',
    { subscriptionType: 'contact.privacyDeletion', objectId: 51 },
    'contact.privacyDeletion',
    '51',
    'contact:51',
    null,
  ],
  ['deal to contact', association, 'deal.associationChange', '124', 'deal:124', '124'],
  [
    'contact to deal',
    { ...association, fromObjectId: 51, fromObjectTypeId: '0-1', toObjectId: 124, toObjectTypeId: '0-3' },
    'contact.associationChange',
    '51',
    'deal:124',
    '124',
  ],
  [
    'legacy deal to contact',
    {
      subscriptionType: 'deal.associationChange',
      associationType: 'DEAL_TO_CONTACT',
      fromObjectId: 124,
      toObjectId: 51,
      associationRemoved: true,
    },
    'deal.associationChange',
    '124',
    'deal:124',
    '124',
  ],
  [
    'legacy contact to deal',
    {
      subscriptionType: 'contact.associationChange',
      associationType: 'CONTACT_TO_DEAL',
      fromObjectId: 51,
      toObjectId: 124,
    },
    'contact.associationChange',
    '51',
    'deal:124',
    '124',
  ],
  [
    'contact to company',
    { ...association, fromObjectId: 51, fromObjectTypeId: '0-1', toObjectTypeId: '0-2' },
    'contact.associationChange',
    '51',
    'contact:51',
    null,
  ],
])('%s gets one form and its lane', (_name, event, type, object, lane, deal) => {
  expect(parsed(event)).toMatchObject({ type, object, lane, deal })
})

test('an association is another fact when it is removed, labeled or to somebody else', () => {
  const changes = [
    {},
    { associationRemoved: true },
    { associationTypeId: 5 },
    { toObjectId: 52 },
    { associationCategory: 'USER_DEFINED' },
  ]
  expect(new Set(changes.map((change) => parsed({ ...association, ...change })?.hash)).size).toBe(changes.length)
  expect(parsed({ ...association, objectId: 4711, isPrimaryAssociation: true })?.hash).toBe(parsed(association)?.hash)
})

test('a merge is the same fact in any order of its losers', () => {
  const merge = { subscriptionType: 'object.merge', objectTypeId: '0-1', objectId: 51 }
  const hashes = [[52, 53], [53, '52'], [52]].map((mergedObjectIds) => parsed({ ...merge, mergedObjectIds })?.hash)
  expect(hashes[0]).toBe(hashes[1])
  expect(hashes[0]).not.toBe(hashes[2])
})

test('a value is the same as text and as a number, and no value is not an empty one', () => {
  const change = { subscriptionType: 'deal.propertyChange', objectId: 1, propertyName: 'amount' }
  const hash = (propertyValue: unknown) => parsed({ ...change, propertyValue })?.hash
  expect(hash(5)).toBe(hash('5'))
  expect(hash(null)).toBe(hash(undefined))
  expect(hash(null)).not.toBe(hash(''))
})

test('the ends of an association are known in both shapes', () => {
  const ends = { from: { type: 'deal', id: '124' }, to: { type: 'contact', id: '51' } }
  expect(associationEnds(association)).toEqual(ends)
  expect(associationEnds({ associationType: 'DEAL_TO_CONTACT', fromObjectId: 124, toObjectId: '51' })).toEqual(ends)
  expect(associationEnds({ fromObjectId: 124, toObjectId: 51 })).toBeUndefined()
})

test.each(['constructor', '__proto__', 'toString', '0-2', ''])('an object of type %j is not ours', (objectTypeId) => {
  const event = { ...base, subscriptionType: 'object.creation', objectTypeId, objectId: 124 }
  expect(parseDelivery(Buffer.from(JSON.stringify([event])))).toEqual({ events: [], malformed: [], unknownTypes: 1 })
})

test.each([
  'constructor',
  'deal',
  'deal.',
  'deal.creation.more',
  'object.merge.',
  'company.creation',
  'deal.privacyDeletion',
])('a %j is not ours', (subscriptionType) => {
  const event = { ...base, subscriptionType, objectTypeId: '0-3', objectId: 124 }
  expect(parseDelivery(Buffer.from(JSON.stringify([event])))).toEqual({ events: [], malformed: [], unknownTypes: 1 })
})
