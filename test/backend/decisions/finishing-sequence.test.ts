import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

test('a stage that is mapped to a finishing sequence enrolls nobody, and the card can say why', async () => {
  const portal = await world.portal()
  const sequenceId = await portal.hasSequence()
  await portal.maps('proposal', sequenceId)
  await inPortal(database.db, portal.portalId, (trx) =>
    trx.updateTable('sequences').set({ status: 'finishing' }).where('portalId', '=', portal.portalId).execute(),
  )
  const { dealId } = portal.hasDeal('lead', ['ada@example.com'])
  portal.moves(dealId, 'proposal')
  await world.handlesEvents()
  expect(await portal.enrollments(dealId)).toEqual([])
  // The first one is about the stage before.
  expect((await portal.decisions(dealId)).at(-1)).toMatchObject({
    outcome: 'not_enrolled',
    reason: 'sequence_not_active',
    trace: expect.arrayContaining([
      { condition: 'The sequence is active', expected: 'active', actual: 'finishing', passed: false },
    ]),
  })
})
