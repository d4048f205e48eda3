import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { WHOLE_PORTAL, wakeLane } from '#db/lanes.ts'
import type { HubSpot, HubSpotCall } from '#hubspot/hubspot.ts'
import { keepPipelines } from '#modules/pipelines/keep-pipelines.ts'
import { learnStages } from '#modules/pipelines/learn-stages.ts'
import { listPipelines } from '#modules/pipelines/list-pipelines.ts'
import { refreshPipelines } from '#modules/pipelines/refresh-pipelines.ts'
import { activityKinds, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()

/** HubSpot's pipelines of one account, and every call for them. */
class Pipelines implements HubSpot {
  readonly stages = ['new', 'won']
  readonly calls: HubSpotCall[] = []
  failure: AppError | undefined

  async call(_portalId: number, call: HubSpotCall) {
    this.calls.push(call)
    if (this.failure) throw this.failure
    const stages = this.stages.map((id, displayOrder) => ({ id, label: id, displayOrder, metadata: {} }))
    return { status: 200, body: { results: [{ id: 'sales', label: 'Sales', displayOrder: 0, stages }] } }
  }
  async close() {}
}

/** A portal whose pipelines were read when it connected. */
async function world() {
  const clock = new TestClock()
  const hubspot = new Pipelines()
  const deps = makeDeps({ db, clock, hubspot })
  const portalId = await newPortal(db, clock)
  const portal = person(portalId)
  await refreshPipelines(deps, portal)
  const dueAt = clock.read().add({ minutes: 5 })
  await inPortal(db, portalId, (trx) => wakeLane(trx, portalId, 'pipelines', WHOLE_PORTAL, dueAt))
  const asWorker = { portalId, actor: { kind: 'worker' }, requestId: 'test' } as const
  return {
    ...{ clock, hubspot, deps, portal, portalId },
    keep: () => keepPipelines(deps, portalId - 1, new Set()),
    sees: (...stageIds: string[]) =>
      learnStages(
        deps,
        asWorker,
        stageIds.map((stageId) => ({ stageId, enteredAt: clock.read() })),
      ),
    known: async () => (await listPipelines(deps, portal)).pipelines[0]?.stages.map(({ stageId }) => stageId),
    /** What was asked after connecting. */
    asked: () => hubspot.calls.length - 1,
  }
}

test('pipelines are read again about every six hours, and what was renamed or moved follows', async () => {
  const { clock, hubspot, keep, known, asked, portalId } = await world()
  clock.passes({ minutes: 5 })
  await keep()
  expect(asked()).toBe(0)
  hubspot.stages.splice(0, 2, 'won', 'demo', 'new')
  clock.passes({ hours: 5 })
  expect(await keep()).not.toMatchObject({ portalId })
  clock.passes({ hours: 2 })
  await keep()
  expect(asked()).toBe(1)
  expect(await known()).toEqual(['won', 'demo', 'new'])
  for (let hour = 0; hour < 24; hour++) {
    clock.passes({ hours: 1 })
    await keep()
  }
  expect(asked()).toBe(5)
  // By itself it tells only what changed.
  expect(await activityKinds(db, portalId)).toEqual(['pipelines.refreshed', 'pipelines.refreshed'])
})

test('when HubSpot is away it is asked after a minute, fifteen, and then every hour', async () => {
  const { clock, hubspot, keep, asked } = await world()
  hubspot.failure = new AppError('hubspot_unavailable', 'HubSpot does not answer.')
  clock.passes({ hours: 7 })
  for (const wait of [{ minutes: 1 }, { minutes: 15 }, { hours: 1 }, { hours: 1 }]) {
    const before = asked()
    await keep()
    expect(asked()).toBe(before + 1)
    await keep()
    expect(asked()).toBe(before + 1)
    clock.passes(wait)
  }
  hubspot.failure = undefined
  await keep()
  expect(asked()).toBe(5)
})

test('two processes whose turn it is at once ask once', async () => {
  const { clock, keep, asked } = await world()
  clock.passes({ hours: 7 })
  await Promise.all([keep(), keep(), keep()])
  expect(asked()).toBe(1)
})

test('a deal in a new stage has it read at once, and once for a thousand', async () => {
  const { clock, hubspot, sees, known, asked } = await world()
  clock.passes({ hours: 1 })
  await sees('new', 'won')
  expect(asked()).toBe(0)
  hubspot.stages.push('demo')
  await Promise.all(Array.from({ length: 20 }, () => sees('demo')))
  expect(asked()).toBe(1)
  expect(await known()).toEqual(['new', 'won', 'demo'])
  for (let turn = 0; turn < 10; turn++) await sees('demo')
  expect(asked()).toBe(1)
})

test('a stage that HubSpot does not list is not asked for again and again, however often deals in it come up', async () => {
  const { clock, deps, sees, asked, portal } = await world()
  clock.passes({ hours: 1 })
  const enteredAt = clock.read()
  await sees('hidden')
  for (let minute = 0; minute < 10; minute++) {
    clock.passes({ minutes: 2 })
    await learnStages(deps, portal, [{ stageId: 'hidden', enteredAt }])
  }
  // Twice, because the deal may have been there a moment after the first.
  expect(asked()).toBe(2)
  await sees('hidden')
  await sees('hidden')
  expect(asked()).toBe(3)
})

test('a HubSpot that cannot be asked holds nothing up, and is not asked for each', async () => {
  const { clock, hubspot, sees, asked, known } = await world()
  clock.passes({ hours: 1 })
  hubspot.stages.push('demo')
  hubspot.failure = new AppError('hubspot_unavailable', 'HubSpot does not answer.')
  for (let turn = 0; turn < 5; turn++) await sees('demo')
  expect(asked()).toBe(1)
  hubspot.failure = undefined
  clock.passes({ minutes: 1 })
  await sees('demo')
  expect(await known()).toEqual(['new', 'won', 'demo'])
})
