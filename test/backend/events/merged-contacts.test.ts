import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { readContacts } from '#hubspot/contacts.ts'
import { applyContactEvents } from '#modules/events/apply-contact-events.ts'
import { useDatabase } from '#test/support/database.ts'
import { mergeUntold } from '#test/support/untold-merge.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

test.each([
  ['keeps its id', false],
  ['gets a new id', true],
])(
  'a contact that takes in another one and %s keeps its sequence; that of the other one ends as merged',
  async (_, renamed) => {
    const portal = await world.portal()
    await portal.maps('demo', await portal.hasSequence())
    const { dealId, contactIds } = portal.hasDeal('demo', ['stays@example.com', 'goes@example.com'])
    const [stays = '', goes = ''] = contactIds
    await world.handlesEvents()
    expect(await portal.enrollments(dealId)).toMatchObject([{ status: 'active' }, { status: 'active' }])

    const into = renamed ? '77000' : stays
    const [told] = (await readContacts(world.deps.hubspot, portal.portalId, [stays])).values()
    if (!told) throw new Error('HubSpot does not have the contact')
    world.passes({ seconds: 1 })
    const payload = {
      ...{ subscriptionType: 'object.merge', objectTypeId: '0-1', objectId: Number(stays) },
      ...{ primaryObjectId: Number(stays), mergedObjectIds: [Number(goes)], newObjectId: Number(into) },
    }
    const now = world.clock.read()
    const event = {
      id: 1,
      laneKey: `contact:${stays}`,
      dealId: null,
      occurredAt: now,
      receivedAt: now,
      payload,
      rerunAt: null,
    }
    const facts = { readAt: now, contacts: new Map([[into, { ...told, contactId: into }]]) }
    const context = { portalId: portal.portalId, actor: { kind: 'webhook' }, requestId: 'test' } as const
    await inPortal(database.db, portal.portalId, (trx) => applyContactEvents(world.deps, trx, context, facts, [event]))

    const enrollments = await portal.enrollments(dealId)
    const byContact = new Map(enrollments.map(({ contactId, status, stopReason }) => [contactId, [status, stopReason]]))
    expect(byContact).toEqual(
      new Map([
        [into, ['active', null]],
        [goes, ['stopped', 'merged']],
      ]),
    )
  },
)

test.each([
  ['the one that stays, which we keep', { known: true, asNew: false }],
  ['the one that stays, of which we never heard', { known: false, asNew: false }],
  ['a record with a new id', { known: false, asNew: true }],
])('what runs for a contact that was merged goes on with %s', async (_, { known, asNew }) => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId, contactIds } = portal.hasDeal('demo', ['goes@example.com'])
  const stays = known ? (portal.hasDeal('proposal', ['stays@example.com']).contactIds[0] ?? '') : portal.hasContact()
  if (known) await portal.maps('proposal', await portal.hasSequence())
  await world.handlesEvents()
  const [before] = await portal.enrollments(dealId)
  const into = world.sandbox.mergeContacts(portal.portalId, stays, contactIds[0] ?? '', asNew)
  await world.handlesEvents()
  expect(await portal.enrollments(dealId)).toEqual([{ ...before, status: 'active', contactId: into }])
})

test('what goes on after a merge of contacts goes on after the next one', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId, contactIds } = portal.hasDeal('demo', ['first@example.com', 'second@example.com'])
  await world.handlesEvents()
  const [first = '', second = ''] = contactIds
  const merged = world.sandbox.mergeContacts(portal.portalId, first, second, true)
  await world.handlesEvents()
  const into = world.sandbox.mergeContacts(portal.portalId, portal.hasContact('third@example.com'), merged)
  await world.handlesEvents()
  const rows = await portal.enrollments(dealId)
  expect(rows.filter(({ status }) => status === 'active')).toMatchObject([{ contactId: into }])
  expect(rows.filter(({ status }) => status === 'stopped')).toMatchObject([{ stopReason: 'merged' }])
})

test.each([
  ['HubSpot calls the one merged away deleted', 'object.deletion'],
  ['an event of the deal is handled', 'deal'],
])('before the webhook of a merge, when %s, its sequence goes on', async (_, first) => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId, contactIds } = portal.hasDeal('demo', ['goes@example.com'])
  await world.handlesEvents()
  world.passes({ seconds: 1 })
  const [goes = ''] = contactIds
  const stays = portal.hasContact('stays@example.com')
  const { into, tell } = mergeUntold(world, portal.portalId, 'contacts', { stays, goes })
  const about = first === 'deal' ? dealEvent(dealId) : { subscriptionType: first, objectTypeId: '0-1', objectId: goes }
  await world.sandbox.webhooks.deliver([{ ...about, objectId: Number(about.objectId), portalId: portal.portalId }])
  await world.handlesEvents()
  const expected = [{ status: 'active', stopReason: null, contactId: into }]
  expect(await portal.enrollments(dealId)).toMatchObject(expected)
  tell()
  await world.handlesEvents()
  expect(await portal.enrollments(dealId)).toMatchObject(expected)
})

/** One that reads the deal with its contacts. */
function dealEvent(dealId: string) {
  const change = { propertyName: 'dealstage', propertyValue: 'demo' }
  return { subscriptionType: 'object.propertyChange', objectTypeId: '0-3', objectId: dealId, ...change }
}
