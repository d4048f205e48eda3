import { expect, test } from 'vitest'
import { useDatabase } from '#test/support/database.ts'
import { mergeUntold } from '#test/support/untold-merge.ts'
import { useWorld } from '#test/support/world.ts'

const world = useWorld(useDatabase())

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
