import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { readContacts } from '#hubspot/contacts.ts'
import { applyContactEvents } from '#modules/events/apply-contact-events.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

test.each([
  ['keeps its id', false],
  ['gets a new id', true],
])('a contact that takes in another one and %s keeps its sequence; that of the other one stops', async (_, renamed) => {
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
  const byContact = new Map(enrollments.map(({ contactId, status }) => [contactId, status]))
  expect(byContact).toEqual(
    new Map([
      [into, 'active'],
      [goes, 'stopped'],
    ]),
  )
})
