import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { deleteEvent } from '#modules/event-log/delete-event.ts'
import { describeDecision } from '#modules/event-log/describe-decision.ts'
import { listEvents } from '#modules/event-log/list-events.ts'
import { rerunEvent } from '#modules/event-log/rerun-event.ts'
import { summarizeEvent } from '#modules/event-log/summarize-event.ts'
import type { EventStatus } from '#shared/vocabulary.ts'
import { activityKinds, hasDeal, hasPipeline, newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

async function world() {
  const portal = person(await newPortal(db, clock))
  const { portalId } = portal
  const hasEvent = async (status: EventStatus): Promise<string> => {
    const event = await inPortal(db, portalId, (trx) =>
      trx
        .insertInto('events')
        .values({
          portalId,
          occurredAt: clock.read(),
          subscriptionType: 'deal.propertyChange',
          objectId: '124',
          dedupeHash: Buffer.from(deps.ids()),
          laneKey: 'deal:124',
          dealId: '124',
          status,
          attempts: status === 'dead' ? 3 : 0,
          reasonCode: status === 'dead' ? 'hubspot_rejected' : null,
          reason: status === 'dead' ? 'HubSpot refused.' : null,
          payload: JSON.stringify({ propertyName: 'dealstage', propertyValue: 'booked' }),
          receivedAt: clock.read(),
          processedAt: null,
        })
        .returning('id')
        .executeTakeFirstOrThrow(),
    )
    return String(event.id)
  }
  const rerun = (id: string, key = newKey()) => rerunEvent(deps, portal, id, { idempotencyKey: key })
  const remove = (id: string) => deleteEvent(deps, portal, id, { idempotencyKey: newKey() })
  const lanes = () =>
    inPortal(db, portalId, (trx) => trx.selectFrom('lanes').select(['kind', 'key', 'dueAt']).execute())
  return { portal, portalId, hasEvent, rerun, remove, lanes }
}

test('events are listed newest first, in words, with what they led to', async () => {
  const { portal, portalId, hasEvent } = await world()
  await hasPipeline(db, portalId)
  await hasDeal(deps, portalId)
  const first = await hasEvent('dead')
  const second = await hasEvent('done')
  await inPortal(db, portalId, (trx) =>
    trx
      .insertInto('decisions')
      .values({
        portalId,
        id: deps.ids(),
        dealId: '124',
        eventId: Number(second),
        stageEntryId: null,
        contactId: '51',
        sequenceId: null,
        outcome: 'not_enrolled',
        reason: 'no_email',
        trace: JSON.stringify([{ condition: 'Has an address', expected: 'yes', actual: 'no', passed: false }]),
        decidedAt: clock.read(),
      })
      .execute(),
  )
  const { events, next } = await listEvents(deps, portal, {})
  expect(events.map((event) => event.eventId)).toEqual([second, first])
  expect(next).toBeNull()
  expect(events[0]).toMatchObject({ summary: 'Deal 124 moved to stage Demo scheduled', status: 'done', dealId: '124' })
  expect(events[0]?.decisions).toMatchObject([
    { sentence: 'Ada Lovelace was not enrolled: the contact has no e-mail address.', trace: [{ passed: false }] },
  ])
  expect(events[1]).toMatchObject({ attempts: 3, reason: 'HubSpot refused.', decisions: [] })
  expect((await listEvents(deps, portal, { status: 'dead' })).events.map((event) => event.eventId)).toEqual([first])
})

test('pages follow one another without a gap, and any number is a valid start', async () => {
  const { portal, hasEvent } = await world()
  for (let count = 0; count < 53; count++) await hasEvent('done')
  const first = await listEvents(deps, portal, {})
  expect(first.events).toHaveLength(50)
  const second = await listEvents(deps, portal, { before: first.next ?? '' })
  expect(second).toMatchObject({ next: null })
  expect(second.events).toHaveLength(3)
  expect((await listEvents(deps, portal, { before: '9'.repeat(19) })).events).toHaveLength(50)
})

test.each(['dead', 'ignored'] as const)('a %s event is run again from the start, once', async (status) => {
  const { portal, portalId, hasEvent, rerun, lanes } = await world()
  const id = await hasEvent(status)
  const key = newKey()
  await Promise.all([rerun(id, key), rerun(id, key), rerun(id)])
  const { events } = await listEvents(deps, portal, {})
  expect(events).toMatchObject([{ status: 'pending', attempts: 0, reason: null }])
  expect(await lanes()).toEqual([{ kind: 'events', key: 'deal:124', dueAt: clock.read() }])
  expect(await activityKinds(db, portalId)).toEqual(['event.rerun'])
})

test('a processed event is neither run again nor deleted, a waiting one is not deleted', async () => {
  const { hasEvent, rerun, remove } = await world()
  const done = await hasEvent('done')
  await expect(rerun(done)).rejects.toMatchObject({ code: 'conflict' })
  await expect(remove(done)).rejects.toMatchObject({ code: 'conflict' })
  await expect(remove(await hasEvent('pending'))).rejects.toMatchObject({ code: 'conflict' })
})

test('a failed event can be deleted', async () => {
  const { portal, portalId, hasEvent, remove } = await world()
  const id = await hasEvent('dead')
  await remove(id)
  expect((await listEvents(deps, portal, {})).events).toEqual([])
  expect(await activityKinds(db, portalId)).toEqual(['event.deleted'])
  await expect(remove(id)).rejects.toMatchObject({ code: 'not_found' })
})

test('another portal’s event is not found', async () => {
  const mine = await world()
  const theirs = await world()
  const id = await theirs.hasEvent('dead')
  await expect(mine.rerun(id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(mine.remove(id)).rejects.toMatchObject({ code: 'not_found' })
  expect((await listEvents(deps, theirs.portal, {})).events).toMatchObject([{ status: 'dead' }])
})

test.each([
  [
    'object.propertyChange',
    { objectTypeId: '0-3', propertyName: 'amount', propertyValue: '5' },
    'Deal 9: amount changed',
  ],
  ['deal.propertyChange', { propertyName: 'dealstage', propertyValue: 'gone' }, 'Deal 9 moved to stage gone'],
  ['object.creation', { objectTypeId: '0-3' }, 'Deal 9 was created'],
  ['contact.deletion', {}, 'Contact 9 was deleted'],
  ['contact.privacyDeletion', {}, 'Contact 9 was deleted for privacy'],
  [
    'object.associationChange',
    { fromObjectTypeId: '0-3', fromObjectId: 124, toObjectTypeId: '0-1', toObjectId: 51, associationRemoved: false },
    'Contact 51 was added to Deal 124',
  ],
  [
    'deal.associationChange',
    { associationType: 'DEAL_TO_CONTACT', fromObjectId: 124, toObjectId: 51, associationRemoved: true },
    'Contact 51 was removed from Deal 124',
  ],
  ['something.new', {}, 'Record 9: something.new'],
])('%s %j reads “%s”', (subscriptionType, payload, sentence) => {
  expect(summarizeEvent({ subscriptionType, objectId: '9', payload }, new Map())).toBe(sentence)
})

test('a decision names contact, sequence and stage as far as they are known', () => {
  const decision = { contactId: '51', contactName: 'Ada', sequenceName: 'Demo', stageLabel: 'Booked' }
  expect(describeDecision({ ...decision, outcome: 'enrolled', reason: 'enrolled' })).toBe(
    'Ada was enrolled in Demo when the deal entered Booked.',
  )
  expect(describeDecision({ ...decision, contactName: null, outcome: 'not_enrolled', reason: 'suppressed' })).toBe(
    'Contact 51 was not enrolled when the deal entered Booked: the address is on the do-not-mail list.',
  )
  const nobody = { ...decision, contactId: null, contactName: null }
  expect(describeDecision({ ...nobody, outcome: 'not_enrolled', reason: 'no_mapping' })).toBe(
    'Nobody was enrolled when the deal entered Booked: no mapping for this stage.',
  )
  expect(describeDecision({ ...nobody, outcome: 'parked', reason: 'no_contact' })).toBe(
    'Nobody is enrolled yet for Booked: the deal has no contact yet. A contact added now is enrolled.',
  )
})
