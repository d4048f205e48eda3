import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { readSendFacts } from '#modules/deals/read-send-facts.ts'
import { syncDeal } from '#modules/deals/sync-deal.ts'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import { listPlacesOfDeal } from '#modules/places/list-places-of-deal.ts'
import { useDatabase } from '#test/support/database.ts'
import { mergeUntold } from '#test/support/untold-merge.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

const IDS = [
  ['keeps its id', false],
  ['gets a new id', true],
] as const

test.each(IDS)('a deal that takes in another and %s: what runs through either goes on', async (_, asNew) => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const first = portal.hasDeal('demo', ['first@example.com'])
  const second = portal.hasDeal('demo', ['second@example.com'])
  await world.handlesEvents()
  const into = world.sandbox.mergeDeals(portal.portalId, first.dealId, second.dealId, asNew)
  await world.handlesEvents()
  expect(await portal.enrollments(into)).toMatchObject([
    { status: 'active', contactId: first.contactIds[0] },
    { status: 'active', contactId: second.contactIds[0] },
  ])
  for (const gone of [first, second].filter(({ dealId }) => dealId !== into)) {
    expect(await portal.enrollments(gone.dealId)).toEqual([])
  }
  expect(await portal.activities(into)).toContain('enrollment.carried_over')
})

test.each(IDS)('of two runs of one contact the older goes on; the deal %s', async (_, asNew) => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const older = portal.hasDeal('demo', ['both@example.com'])
  await world.handlesEvents()
  const [before] = await portal.enrollments(older.dealId)
  world.passes({ minutes: 5 })
  const { contactIds } = older
  const newer = world.sandbox.createDeal(portal.portalId, { name: 'Newer', stageId: 'demo', contactIds })
  await world.handlesEvents()
  const into = world.sandbox.mergeDeals(portal.portalId, newer, older.dealId, asNew)
  await world.handlesEvents()
  const rows = [...(await portal.enrollments(newer)), ...(asNew ? await portal.enrollments(into) : [])]
  expect(rows.map(({ id, status, stopReason }) => [id === before?.id, status, stopReason]).sort()).toEqual([
    [false, 'stopped', 'merged'],
    [true, 'active', null],
  ])
  expect(await portal.enrollments(into)).toContainEqual({ ...before, status: 'active' })
})

test('what goes on after a merge goes on after the next one', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const { dealId: first, contactIds } = portal.hasDeal('demo', ['both@example.com'])
  await world.handlesEvents()
  const [before] = await portal.enrollments(first)
  world.passes({ minutes: 5 })
  const second = world.sandbox.createDeal(portal.portalId, { name: 'Second', stageId: 'demo', contactIds })
  const third = portal.hasDeal('demo', ['third@example.com'])
  await world.handlesEvents()
  const merged = world.sandbox.mergeDeals(portal.portalId, second, first, true)
  await world.handlesEvents()
  const into = world.sandbox.mergeDeals(portal.portalId, third.dealId, merged, true)
  await world.handlesEvents()
  expect((await portal.enrollments(into)).map(({ id, status }) => [id === before?.id, status])).toEqual([
    [true, 'active'],
    [false, 'active'],
  ])
})

test.each(IDS)('a run whose stage is not that of the deal that stays ends as merged; the deal %s', async (_, asNew) => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  await portal.maps('proposal', await portal.hasSequence())
  const stays = portal.hasDeal('demo', ['stays@example.com'])
  const goes = portal.hasDeal('proposal', ['goes@example.com'])
  await world.handlesEvents()
  const into = world.sandbox.mergeDeals(portal.portalId, stays.dealId, goes.dealId, asNew)
  await world.handlesEvents()
  expect(await portal.enrollments(into)).toMatchObject([{ status: 'active', contactId: stays.contactIds[0] }])
  expect(await portal.enrollments(goes.dealId)).toMatchObject([{ status: 'stopped', stopReason: 'merged' }])
})

test.each(IDS)('who was in the sequence before through the deal that stays is not again; it %s', async (_, asNew) => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const stays = portal.hasDeal('demo', ['twice@example.com'])
  await world.handlesEvents()
  portal.moves(stays.dealId, 'lead')
  await world.handlesEvents()
  const { contactIds } = stays
  const goes = world.sandbox.createDeal(portal.portalId, { name: 'Goes', stageId: 'demo', contactIds })
  await world.handlesEvents()
  portal.moves(stays.dealId, 'demo')
  const into = world.sandbox.mergeDeals(portal.portalId, stays.dealId, goes, asNew)
  await world.handlesEvents()
  expect(await portal.enrollments(goes)).toMatchObject([{ status: 'stopped', stopReason: 'merged' }])
  expect((await portal.enrollments(into)).filter(({ status }) => status === 'active')).toEqual([])
})

test('a new deal that HubSpot announces before the merge starts nothing anew', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const stays = portal.hasDeal('demo', ['stays@example.com'])
  const goes = portal.hasDeal('demo', ['goes@example.com'])
  await world.handlesEvents()
  const merge = { stays: stays.dealId, goes: goes.dealId, asNew: true }
  const { into, tell } = mergeUntold(world, portal.portalId, 'deals', merge)
  await world.sandbox.webhooks.deliver(
    [into, stays.dealId, goes.dealId].map((id, index) => ({
      subscriptionType: index === 0 ? 'object.creation' : 'object.deletion',
      ...{ objectTypeId: '0-3', objectId: Number(id), portalId: portal.portalId },
      ...{ occurredAt: world.clock.read().epochMilliseconds, eventId: 900 + index, attemptNumber: 0 },
    })),
  )
  await world.handlesEvents()
  expect(await portal.enrollments(into)).toMatchObject([{ status: 'active' }, { status: 'active' }])
  tell()
  await world.handlesEvents()
  expect(await portal.enrollments(into)).toMatchObject([{ status: 'active' }, { status: 'active' }])
  for (const gone of [stays, goes]) expect(await portal.enrollments(gone.dealId)).toEqual([])
})

test('who has been through the sequence is not enrolled again by a new deal that HubSpot announces', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const stays = portal.hasDeal('demo', ['done@example.com'])
  const goes = portal.hasDeal('lead')
  await world.handlesEvents()
  const [{ id = '' } = {}] = await portal.enrollments(stays.dealId)
  const context = { portalId: portal.portalId, actor: { kind: 'worker' }, requestId: 'test' } as const
  await inPortal(database.db, portal.portalId, (trx) =>
    endEnrollments(world.deps, trx, context, [id], { status: 'completed' }),
  )
  world.passes({ minutes: 1 })
  const merge = { stays: stays.dealId, goes: goes.dealId, asNew: true }
  const { into, tell } = mergeUntold(world, portal.portalId, 'deals', merge)
  await announces(portal.portalId, [into])
  tell()
  await world.handlesEvents()
  expect(await portal.enrollments(into)).toEqual([])
  expect((await portal.decisions(into)).map(({ reason }) => reason)).toEqual(['entry_used'])
})

test('a merge that several read at once is taken in once', async () => {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence())
  const stays = portal.hasDeal('demo', ['one@example.com'])
  const { contactIds } = stays
  const goes = world.sandbox.createDeal(portal.portalId, { name: 'Goes', stageId: 'demo', contactIds })
  await world.handlesEvents()
  const { into, tell } = mergeUntold(world, portal.portalId, 'deals', { stays: stays.dealId, goes, asNew: true })
  tell()
  const context = { portalId: portal.portalId, actor: { kind: 'worker' }, requestId: 'test' } as const
  const [contactId = ''] = contactIds
  const pairs = [stays.dealId, goes, into].map((dealId) => ({ dealId, contactId }))
  await Promise.all([
    world.handlesEvents(),
    ...pairs.map((pair) => readSendFacts(world.deps, portal.portalId, [pair])),
    ...pairs.map(({ dealId }) => syncDeal(world.deps, context, dealId)),
  ])
  expect(await portal.enrollments(into)).toMatchObject([{ status: 'active' }])
  const others = [...(await portal.enrollments(stays.dealId)), ...(await portal.enrollments(goes))]
  expect(others).toMatchObject([{ status: 'stopped', stopReason: 'merged' }])
  expect((await portal.activities(into)).filter((kind) => kind === 'enrollment.carried_over')).toHaveLength(1)
})

test.each(['deal', 'contact'] as const)('a contact keeps its place when its %s is merged', async (kind) => {
  const portal = await world.portal()
  const goes = portal.hasDeal('demo', ['placed@example.com'])
  const stays = portal.hasDeal('demo', ['stays@example.com'])
  await world.handlesEvents()
  const context = { portalId: portal.portalId, actor: { kind: 'worker' }, requestId: 'test' } as const
  for (const { dealId } of [goes, stays]) await syncDeal(world.deps, context, dealId)
  const { portalId } = portal
  const [goesContact = '', staysContact = ''] = [...goes.contactIds, ...stays.contactIds]
  const places = (dealId: string) => inPortal(database.db, portalId, (trx) => listPlacesOfDeal(trx, portalId, dealId))
  await inPortal(database.db, portalId, async (trx) => {
    await trx.insertInto('places').values({ portalId, id: 'demo-done', name: 'Demo done', position: 0 }).execute()
    const person = trx.selectFrom('contacts').where('portalId', '=', portalId).where('contactId', '=', goesContact)
    const { id } = await person.select('id').executeTakeFirstOrThrow()
    const place = { portalId, dealId: goes.dealId, contactId: id, placeId: 'demo-done', movedAt: world.clock.read() }
    await trx.insertInto('contactPlaces').values(place).execute()
  })
  if (kind === 'deal') world.sandbox.mergeDeals(portalId, stays.dealId, goes.dealId)
  else world.sandbox.mergeContacts(portalId, staysContact, goesContact)
  await world.handlesEvents()
  const expected = kind === 'deal' ? [stays.dealId, goesContact] : [goes.dealId, staysContact]
  expect((await places(expected[0] ?? '')).get(expected[1] ?? '')).toBe('Demo done')
})

/** HubSpot says that these deals were made. */
async function announces(portalId: number, dealIds: readonly string[]): Promise<void> {
  const occurredAt = world.clock.read().epochMilliseconds
  await world.sandbox.webhooks.deliver(
    dealIds.map((id) => ({
      ...{ subscriptionType: 'object.creation', objectTypeId: '0-3', objectId: Number(id) },
      ...{ portalId, occurredAt, attemptNumber: 0 },
    })),
  )
  await world.handlesEvents()
}
