import { expect, test } from 'vitest'
import { startSequence } from '#modules/decisions/start-sequence.ts'
import { keepsClosedStage } from '#test/support/closed-stage.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)
const LATER = [
  { id: 'pause', kind: 'wait', amount: 3, unit: 'days' },
  { id: 'mail', kind: 'email', subject: 'Hello', body: 'Hi there.' },
] as const

/** Started by a person on a deal in this stage. */
async function startedByHand(stage: string, rules: { stopWhenClosed?: boolean } = {}) {
  const portal = await world.portal()
  const { dealId, contactIds } = portal.hasDeal(stage, [`${stage}${newKey()}@hand.example`])
  const sequenceId = await portal.hasSequence(LATER, rules)
  const input = { sequenceId, contactIds, idempotencyKey: newKey() }
  expect(await startSequence(world.deps, person(portal.portalId), dealId, input)).toMatchObject({
    results: [{ enrolled: true }],
  })
  return {
    portalId: portal.portalId,
    async moves(to: string) {
      portal.moves(dealId, to)
      await world.handlesEvents()
      const [enrollment] = await portal.enrollments(dealId)
      return enrollment
    },
  }
}

test.each(['closedwon', 'closedlost'])('%s ends a sequence that a person started', async (stage) => {
  const deal = await startedByHand('demo')
  expect(await deal.moves('proposal')).toMatchObject({ status: 'active' })
  expect(await deal.moves(stage)).toMatchObject({ status: 'stopped', stopReason: 'deal_closed' })
})

test('a closed stage ends it although HubSpot has not calculated yet that the deal is closed', async () => {
  const deal = await startedByHand('demo')
  const { portalId } = deal
  await keepsClosedStage(database.db, portalId, 'won')
  expect(await deal.moves('won')).toMatchObject({ status: 'stopped', stopReason: 'deal_closed' })
})

test('one that was started on a closed deal goes on there, and ends when the deal is closed in another way', async () => {
  const deal = await startedByHand('closedwon')
  expect(await deal.moves('proposal')).toMatchObject({ status: 'active' })
  expect(await deal.moves('closedwon')).toMatchObject({ status: 'active' })
  expect(await deal.moves('closedlost')).toMatchObject({ status: 'stopped', stopReason: 'deal_closed' })
})

test('a sequence may go on after the deal is closed', async () => {
  const deal = await startedByHand('demo', { stopWhenClosed: false })
  expect(await deal.moves('closedwon')).toMatchObject({ status: 'active' })
})
