import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { handleDueEvents } from '#modules/events/handle-due-events.ts'
import { keepsClosedStage } from '#test/support/closed-stage.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld, type WorldPortal } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

async function told({ portalId }: WorldPortal) {
  return inPortal(database.db, portalId, (trx) =>
    trx
      .selectFrom('timelineEntries')
      .where('portalId', '=', portalId)
      .where('eventType', '=', 'conversion')
      .select(['objectType', 'objectId'])
      .orderBy('objectType')
      .orderBy('objectId')
      .execute(),
  )
}

async function moves(portal: WorldPortal, dealId: string, ...stages: string[]): Promise<void> {
  for (const stage of stages) {
    world.passes({ hours: 1 })
    portal.moves(dealId, stage)
    await world.handlesEvents()
  }
}

async function enrolled(stage = 'demo') {
  const portal = await world.portal()
  const { dealId, contactIds } = portal.hasDeal('lead', [`a${stage}@won.example`, `b${stage}@won.example`])
  await portal.maps(stage, await portal.hasSequence())
  return { portal, dealId, contactIds }
}

test('a deal that is won after a sequence began is told once, on the deal and on each contact', async () => {
  const { portal, dealId, contactIds } = await enrolled()
  await moves(portal, dealId, 'demo', 'closedwon')
  const expected = [
    ...contactIds.toSorted().map((objectId) => ({ objectType: 'contact', objectId })),
    { objectType: 'deal', objectId: dealId },
  ]
  expect(await told(portal)).toEqual(expected)
  expect(await portal.activities(dealId)).toContain('deal.converted')
  await moves(portal, dealId, 'proposal', 'closedwon')
  expect(await told(portal)).toEqual(expected)
})

test('also when the sequence had ended long before', async () => {
  const { portal, dealId } = await enrolled()
  await moves(portal, dealId, 'demo', 'proposal', 'closedwon')
  expect((await portal.enrollments(dealId)).map(({ status }) => status)).toEqual(['stopped', 'stopped'])
  expect(await told(portal)).toHaveLength(3)
})

test('a lost deal is none, nor one without a sequence, nor the sequence that winning starts', async () => {
  const lost = await enrolled()
  await moves(lost.portal, lost.dealId, 'demo', 'closedlost')
  expect(await told(lost.portal)).toEqual([])
  const without = await enrolled()
  await moves(without.portal, without.dealId, 'proposal', 'closedwon')
  expect(await told(without.portal)).toEqual([])
  const onboarding = await enrolled('closedwon')
  await moves(onboarding.portal, onboarding.dealId, 'closedwon')
  expect(await onboarding.portal.enrollments(onboarding.dealId)).toHaveLength(2)
  expect(await told(onboarding.portal)).toEqual([])
  await moves(onboarding.portal, onboarding.dealId, 'closedlost', 'closedwon')
  expect(await told(onboarding.portal)).toEqual([])
})

test('a customer who is lost again was not won by the sequence that winning had started, whatever HubSpot still calculates', async () => {
  const { portal, dealId } = await enrolled('closedwon')
  const { portalId } = portal
  await keepsClosedStage(database.db, portalId, 'closedlost', { isLost: true })
  await moves(portal, dealId, 'closedwon')
  world.passes({ hours: 1 })
  portal.moves(dealId, 'closedlost')
  await world.sandbox.webhooks.settle()
  const { hubspot } = world.deps
  const call: typeof hubspot.call = async (...asked) => {
    const answer = await hubspot.call(...asked)
    const body = JSON.stringify(answer.body).replaceAll('"hs_is_closed_won":"false"', '"hs_is_closed_won":"true"')
    return { ...answer, body: JSON.parse(body) }
  }
  await handleDueEvents({ ...world.deps, hubspot: { ...hubspot, call } }, portalId - 1)
  expect((await portal.enrollments(dealId)).map(({ status }) => status)).toEqual(['stopped', 'stopped'])
  expect(await told(portal)).toEqual([])
})
