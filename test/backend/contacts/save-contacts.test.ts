import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { type HubSpotContact, readContacts } from '#hubspot/contacts.ts'
import { saveContacts } from '#modules/contacts/save-contacts.ts'
import { syncDeal } from '#modules/deals/sync-deal.ts'
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
  const rows = await kept(portal.portalId)
  expect(new Map(rows.map(({ contactId, email }) => [contactId, email]))).toEqual(
    new Map(contactIds.map((id, index) => [id, emails[index]])),
  )
})

/** Ada and Grace of one deal, both in its sequence, and what HubSpot says of them. */
async function twoEnrolled() {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId, contactIds } = portal.hasDeal('demo', ['ada@example.com', 'grace@example.com'])
  await world.handlesEvents()
  const enrolled = await portal.enrollments(dealId)
  const told = [...(await readContacts(world.deps.hubspot, portal.portalId, contactIds)).values()]
  return { portal, dealId, contactIds, enrolled, told }
}

test.each([
  ['who has it now', [1, 0]],
  ['who had it', [0, 1]],
])('when an address moved and %s is read first, without the other, everybody stays who they are', async (_, order) => {
  const { portal, dealId, contactIds, enrolled, told } = await twoEnrolled()
  const now = told.map((contact, index) => ({
    ...contact,
    email: ['new@example.com', 'ada@example.com'][index] ?? null,
  }))
  for (const index of order) {
    world.passes({ minutes: 1 })
    await keeps(portal.portalId, now.slice(index, index + 1))
    expect(await portal.enrollments(dealId)).toEqual(enrolled)
  }
  expect(await kept(portal.portalId)).toEqual([
    { contactId: contactIds[0], email: 'new@example.com', deleted: false },
    { contactId: contactIds[1], email: 'ada@example.com', deleted: false },
  ])
})

test('an older reading of who had the address gives it nobody back, and answers with the record’s own row', async () => {
  const portal = await world.portal()
  const { dealId, contactIds } = portal.hasDeal('demo', ['ada@example.com', 'grace@example.com'])
  await portal.maps('demo', await portal.hasSequence())
  await world.handlesEvents()
  const [ada, grace] = [...(await readContacts(world.deps.hubspot, portal.portalId, contactIds)).values()]
  if (!ada || !grace) throw new Error('HubSpot does not have the contacts')
  const before = world.clock.read()
  world.passes({ minutes: 1 })
  await keeps(portal.portalId, [{ ...grace, email: 'ada@example.com' }])
  const saved = await keeps(portal.portalId, [ada], before)
  expect(saved.get(ada.contactId)).toMatchObject({ contactId: ada.contactId, email: null })
  expect(await kept(portal.portalId)).toMatchObject([{ email: null }, { email: 'ada@example.com' }])
  expect(await portal.enrollments(dealId)).toMatchObject([{ status: 'active' }, { status: 'active' }])
})

test('a contact that was deleted and made again is the same person; one that was there already only gets the address', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId, contactIds } = portal.hasDeal('demo', ['ada@example.com', 'grace@example.com'])
  await world.handlesEvents()
  const [ada = '', grace = ''] = contactIds
  world.sandbox.deleteContact(portal.portalId, ada)
  await world.handlesEvents()
  world.passes({ minutes: 1 })
  const again = portal.hasContact('ada@example.com')
  await keeps(portal.portalId, [...(await readContacts(world.deps.hubspot, portal.portalId, [again])).values()])
  expect((await portal.enrollments(dealId)).map(({ contactId }) => contactId)).toEqual([again, grace])
  world.sandbox.deleteContact(portal.portalId, again)
  await world.handlesEvents()
  world.passes({ minutes: 1 })
  world.sandbox.updateRecord(portal.portalId, 'contacts', grace, { email: 'ada@example.com' })
  await keeps(portal.portalId, [...(await readContacts(world.deps.hubspot, portal.portalId, [grace])).values()])
  const byContact = (await portal.enrollments(dealId)).map(({ contactId, status }) => [contactId, status])
  expect(byContact).toEqual([
    [again, 'stopped'],
    [grace, 'active'],
  ])
})

test('two records that HubSpot shows with one address are one person, so that nobody is written to twice', async () => {
  const portal = await world.portal()
  const { dealId, contactIds } = portal.hasDeal('demo', ['ada@example.com', 'grace@example.com'])
  await syncDeal(world.deps, { portalId: portal.portalId, actor: { kind: 'worker' }, requestId: 'card' }, dealId)
  await world.handlesEvents()
  world.passes({ minutes: 1 })
  const told = [...(await readContacts(world.deps.hubspot, portal.portalId, contactIds)).values()]
  await keeps(
    portal.portalId,
    told.map((contact) => ({ ...contact, email: 'grace@example.com' })),
  )
  const rows = await inPortal(database.db, portal.portalId, (trx) =>
    trx
      .selectFrom('contacts')
      .where('portalId', '=', portal.portalId)
      .select(['id', 'contactId', 'email', 'mergedInto'])
      .execute(),
  )
  const [kept, ...others] = rows.filter(({ email }) => email === 'grace@example.com')
  const [merged] = rows.filter(({ email }) => email === null)
  expect([rows.length, others]).toEqual([2, []])
  expect(merged).toMatchObject({ contactId: `merged:${merged?.id}`, mergedInto: kept?.id })
})

test('two new records that are read together with one address become one row, whoever is read later', async () => {
  const portal = await world.portal()
  const ids = [portal.hasContact('ada@example.com'), portal.hasContact('grace@example.com')]
  const told = [...(await readContacts(world.deps.hubspot, portal.portalId, ids)).values()]
  const now = told.map((contact) => ({ ...contact, email: 'ada@example.com' }))
  const saved = await keeps(portal.portalId, now)
  expect(new Set([...saved.values()].map(({ id }) => id)).size).toBe(1)
  expect(await kept(portal.portalId)).toMatchObject([{ email: 'ada@example.com', deleted: false }])
  for (const reading of [now.slice(0, 1), now.slice(1), now]) {
    world.passes({ minutes: 1 })
    await keeps(portal.portalId, reading)
    const having = (await kept(portal.portalId)).filter(({ email }) => email === 'ada@example.com')
    expect(having).toHaveLength(1)
  }
})

test.each([[[1, 1]], [[0, 0]]])(
  'what runs goes on when HubSpot shows one address on two records for a moment (%j)',
  async (of) => {
    const { portal, dealId, contactIds, enrolled, told } = await twoEnrolled()
    world.passes({ minutes: 1 })
    const saved = await keeps(
      portal.portalId,
      told.map((contact, index) => ({ ...contact, email: told[of[index] ?? 0]?.email ?? null })),
    )
    expect([...saved.values()].map(({ id, contactId }) => [id, contactId])).toHaveLength(2)
    expect(await portal.enrollments(dealId)).toEqual(enrolled)
    world.passes({ minutes: 1 })
    await keeps(portal.portalId, told)
    expect(await portal.enrollments(dealId)).toEqual(enrolled)
    expect(await kept(portal.portalId)).toEqual([
      { contactId: contactIds[0], email: 'ada@example.com', deleted: false },
      { contactId: contactIds[1], email: 'grace@example.com', deleted: false },
    ])
  },
)

/** In the order HubSpot made them. */
function kept(portalId: number) {
  return inPortal(database.db, portalId, (trx) =>
    trx
      .selectFrom('contacts')
      .where('portalId', '=', portalId)
      .select(['contactId', 'email', 'deleted'])
      .orderBy('contactId')
      .execute(),
  )
}

function keeps(portalId: number, contacts: readonly HubSpotContact[], readAt = world.clock.read()) {
  const portal = { portalId, actor: { kind: 'worker' }, requestId: 'test' } as const
  return inPortal(database.db, portalId, (trx) =>
    saveContacts(world.deps, trx, portal, contacts, { dealId: null, readAt }),
  )
}
