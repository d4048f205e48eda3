import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { HubSpot, HubSpotCall } from '#hubspot/hubspot.ts'
import { getStageLabels } from '#modules/pipelines/get-stage-labels.ts'
import { listPipelines } from '#modules/pipelines/list-pipelines.ts'
import { refreshPipelines } from '#modules/pipelines/refresh-pipelines.ts'
import { activityKinds, newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()

/** HubSpot's own list of pipelines, as it would answer. */
function hubspotWith(results: unknown, calls: HubSpotCall[] = []): HubSpot {
  return {
    call: async (_portalId, call) => {
      calls.push(call)
      return { status: 200, body: { results } }
    },
    close: async () => {},
  }
}

const stage = (id: string, label: string, isClosed = 'false') => ({
  id,
  label,
  displayOrder: 0,
  archived: false,
  metadata: { isClosed, probability: '0.2' },
})
const sales = {
  id: 'sales',
  label: 'Sales',
  displayOrder: 1,
  archived: false,
  stages: [stage('booked', 'Demo scheduled'), stage('won', 'Won', 'true')],
}
const partner = { id: 'partner', label: 'Partner', displayOrder: 0, archived: false, stages: [stage('new', 'New')] }

test('all pipelines and their stages are stored in HubSpot’s order', async () => {
  const portal = person(await newPortal(db, clock))
  const calls: HubSpotCall[] = []
  const deps = makeDeps({ db, clock, hubspot: hubspotWith([sales, partner], calls) })
  const stored = await refreshPipelines(deps, portal, { idempotencyKey: newKey() })
  expect(stored.pipelines).toEqual([
    { pipelineId: 'partner', label: 'Partner', stages: [{ stageId: 'new', label: 'New', isClosed: false }] },
    {
      pipelineId: 'sales',
      label: 'Sales',
      stages: [
        { stageId: 'booked', label: 'Demo scheduled', isClosed: false },
        { stageId: 'won', label: 'Won', isClosed: true },
      ],
    },
  ])
  expect(stored.refreshedAt).toBe(clock.read().toString())
  expect(await listPipelines(deps, portal)).toEqual(stored)
  expect(calls).toMatchObject([{ method: 'GET', path: '/crm/pipelines/2026-09/deals' }])
  expect(await activityKinds(db, portal.portalId)).toEqual(['pipelines.refreshed'])
})

test('renamed stages get their new names, and removed ones are kept as gone', async () => {
  const portal = person(await newPortal(db, clock))
  await refreshPipelines(makeDeps({ db, clock, hubspot: hubspotWith([sales, partner]) }), portal)
  const renamed = { ...sales, stages: [stage('booked', 'Demo booked')] }
  const after = await refreshPipelines(makeDeps({ db, clock, hubspot: hubspotWith([renamed]) }), portal)
  expect(after.pipelines).toEqual([
    { pipelineId: 'sales', label: 'Sales', stages: [{ stageId: 'booked', label: 'Demo booked', isClosed: false }] },
  ])
  const labels = await inPortal(db, portal.portalId, (trx) =>
    getStageLabels(trx, portal.portalId, [
      ['sales', 'booked'],
      ['sales', 'won'],
      ['partner', 'new'],
    ]),
  )
  expect(labels('sales', 'booked')).toMatchObject({ stageLabel: 'Demo booked', gone: false })
  expect(labels('sales', 'won')).toMatchObject({ stageLabel: 'Won', gone: true })
  expect(labels('partner', 'new')).toMatchObject({ pipelineLabel: 'Partner', gone: true })
  expect(labels('other', 'unknown')).toMatchObject({ pipelineLabel: 'other', stageLabel: 'unknown', gone: true })
})

test('a stage that comes back is no longer gone', async () => {
  const portal = person(await newPortal(db, clock))
  await refreshPipelines(makeDeps({ db, clock, hubspot: hubspotWith([sales, partner]) }), portal)
  await refreshPipelines(makeDeps({ db, clock, hubspot: hubspotWith([sales]) }), portal)
  const after = await refreshPipelines(makeDeps({ db, clock, hubspot: hubspotWith([sales, partner]) }), portal)
  expect(after.pipelines.map((pipeline) => pipeline.pipelineId)).toEqual(['partner', 'sales'])
})

test('an empty or strange list is refused and changes nothing', async () => {
  const portal = person(await newPortal(db, clock))
  const stored = await refreshPipelines(makeDeps({ db, clock, hubspot: hubspotWith([sales]) }), portal)
  for (const answer of [[], 'nothing', [{ id: 'x' }]]) {
    const deps = makeDeps({ db, clock, hubspot: hubspotWith(answer) })
    await expect(refreshPipelines(deps, portal)).rejects.toMatchObject({ code: 'hubspot_rejected' })
  }
  expect(await listPipelines({ db }, portal)).toEqual(stored)
})

test('an answer that was asked for earlier never replaces a later one', async () => {
  const portal = person(await newPortal(db, clock))
  const slow = makeDeps({
    db,
    clock,
    hubspot: {
      call: async () => {
        clock.passes({ seconds: 1 })
        await refreshPipelines(makeDeps({ db, clock, hubspot: hubspotWith([partner]) }), portal)
        return { status: 200, body: { results: [sales] } }
      },
      close: async () => {},
    },
  })
  const after = await refreshPipelines(slow, portal)
  expect(after.pipelines.map((pipeline) => pipeline.pipelineId)).toEqual(['partner'])
})

test('HubSpot’s refusal reaches the person, and a portal that never connected is not found', async () => {
  const portal = person(await newPortal(db, clock))
  const down: HubSpot = {
    call: async () => {
      throw new AppError('hubspot_unavailable', 'HubSpot does not answer.')
    },
    close: async () => {},
  }
  await expect(refreshPipelines(makeDeps({ db, clock, hubspot: down }), portal)).rejects.toMatchObject({
    code: 'hubspot_unavailable',
  })
  const deps = makeDeps({ db, clock, hubspot: hubspotWith([sales]) })
  await expect(refreshPipelines(deps, person(999_999))).rejects.toMatchObject({ code: 'not_found' })
})
