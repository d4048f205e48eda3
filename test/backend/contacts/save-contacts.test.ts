import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { type HubSpotContact, readContacts } from '#hubspot/contacts.ts'
import { saveContacts } from '#modules/contacts/save-contacts.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

test.each([
  ['two contacts exchange their addresses', ['grace@example.com', 'ada@example.com']],
  [
    'an address moves to a contact that had another, and its owner gets a new one',
    ['new@example.com', 'ada@example.com'],
  ],
  ['an address moves on the other way', ['grace@example.com', 'new@example.com']],
  ['an address moves and leaves its owner without any', [null, 'ada@example.com']],
])('when %s, everybody stays who they are', async (_, emails) => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId, contactIds } = portal.hasDeal('demo', ['ada@example.com', 'grace@example.com'])
  await world.handlesEvents()
  const enrolled = await portal.enrollments(dealId)
  expect(enrolled.map(({ contactId }) => contactId)).toEqual(contactIds)
  world.passes({ minutes: 1 })
  const told = [...(await readContacts(world.deps.hubspot, portal.portalId, contactIds)).values()]
  const now = told.map((contact, index) => ({ ...contact, email: emails[index] ?? null }))
  const saved = await keeps(portal.portalId, now)
  for (const [index, id] of contactIds.entries()) {
    expect(saved.get(id)).toMatchObject({ email: emails[index], deleted: false })
  }
  expect(await portal.enrollments(dealId)).toEqual(enrolled)
  const rows = await inPortal(database.db, portal.portalId, (trx) =>
    trx
      .selectFrom('contacts')
      .where('portalId', '=', portal.portalId)
      .select(['contactId', 'email', 'deleted'])
      .execute(),
  )
  expect(new Map(rows.map(({ contactId, email }) => [contactId, email]))).toEqual(
    new Map(contactIds.map((id, index) => [id, emails[index]])),
  )
})

function keeps(portalId: number, contacts: readonly HubSpotContact[]) {
  const portal = { portalId, actor: { kind: 'worker' }, requestId: 'test' } as const
  return inPortal(database.db, portalId, (trx) =>
    saveContacts(world.deps, trx, portal, contacts, { dealId: null, readAt: world.clock.read() }),
  )
}
