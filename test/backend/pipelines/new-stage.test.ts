import { expect, test } from 'vitest'
import { refreshPipelines } from '#modules/pipelines/refresh-pipelines.ts'
import { person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld, type WorldPortal } from '#test/support/world.ts'

const world = useWorld(useDatabase())

/** An account whose pipelines were read an hour ago, and then got one more stage. */
async function portalWithNewStage(): Promise<WorldPortal> {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence(), true, { movingBack: 'nobody' })
  await refreshPipelines(world.deps, person(portal.portalId))
  world.passes({ hours: 1 })
  const stages = world.sandbox.state.portals.get(portal.portalId)?.pipelines[0]?.stages
  stages?.push({ id: 'legal', label: 'Legal review', probability: '0.5', isClosed: false })
  world.sandbox.journal.clear()
  return portal
}

const readings = (portal: WorldPortal) =>
  world.sandbox.journal.find({ portalId: portal.portalId }).filter(({ path }) => path.includes('/pipelines/')).length

test('a deal that comes back from a stage made a moment ago has moved back, and gets no mail', async () => {
  const portal = await portalWithNewStage()
  const { dealId } = portal.hasDeal('lead', ['ada@example.com'])
  for (const stage of ['legal', 'demo']) {
    world.passes({ minutes: 5 })
    portal.moves(dealId, stage)
  }
  await world.handlesEvents()
  expect(await portal.enrollments(dealId)).toEqual([])
  expect((await portal.decisions(dealId)).at(-1)).toMatchObject({ reason: 'moved_back' })
  expect(readings(portal)).toBe(1)
})

test('a burst of deals into a new stage reads the pipelines once', async () => {
  const portal = await portalWithNewStage()
  for (let deal = 0; deal < 150; deal++) portal.moves(portal.hasDeal('lead').dealId, 'legal')
  await world.handlesEvents()
  expect(readings(portal)).toBe(1)
})
