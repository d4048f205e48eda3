import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { findStageMapping } from '#modules/mappings/find-stage-mapping.ts'
import { listMappings } from '#modules/mappings/list-mappings.ts'
import { removeMapping } from '#modules/mappings/remove-mapping.ts'
import { saveMapping } from '#modules/mappings/save-mapping.ts'
import { switchMapping } from '#modules/mappings/switch-mapping.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import type { SaveMapping } from '#shared/contract/mapping.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { activityKinds, hasPipeline, hasSequence, newKey, person, tools } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

async function world() {
  const portal = person(await newPortal(db, clock))
  await hasPipeline(db, portal.portalId)
  const sequence = await hasSequence(deps, portal)
  const mapping = { pipelineId: 'sales', stageId: 'booked', sequenceId: sequence.id, active: true }
  const save = (change: Partial<SaveMapping> = {}) =>
    saveMapping(deps, portal, { ...mapping, ...change, idempotencyKey: newKey() })
  return { portal, sequence, mapping, save }
}

test('a mapping is saved, listed with names and found for its exact stage', async () => {
  const { portal, sequence, mapping, save } = await world()
  await save()
  expect(await listMappings(deps, portal)).toEqual([
    {
      ...mapping,
      pipelineLabel: 'Sales',
      stageLabel: 'Demo scheduled',
      sequenceName: 'Demo follow-up',
      sequenceStatus: 'active',
      state: 'valid',
      policy: DEFAULT_POLICY,
      revision: 1,
    },
  ])
  await inPortal(db, portal.portalId, async (trx) => {
    const find = (deal: { pipelineId: string; stageId: string }) =>
      findStageMapping(trx, portal.portalId, 'booked', deal)
    expect(await find({ pipelineId: 'sales', stageId: 'booked' })).toMatchObject({ ...mapping, policy: DEFAULT_POLICY })
    // In the stage now, in a pipeline where it is not mapped; or gone on to another pipeline since.
    expect(await find({ pipelineId: 'other', stageId: 'booked' })).toBeUndefined()
    expect(await find({ pipelineId: 'other', stageId: 'new' })).toMatchObject({ sequenceId: sequence.id })
  })
  expect(await activityKinds(db, portal.portalId)).toContain('mapping.saved')
})

test('a second save of the same stage changes the mapping instead of adding one', async () => {
  const { portal, save } = await world()
  const other = await hasSequence(deps, portal, { name: 'Other' })
  await save()
  await save({ sequenceId: other.id, revision: 1 })
  expect(await listMappings(deps, portal)).toMatchObject([{ sequenceName: 'Other', active: true, revision: 2 }])
})

test('a stage HubSpot does not have, and another portal’s sequence, are not found', async () => {
  const { save } = await world()
  const stranger = await world()
  await expect(save({ stageId: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(save({ sequenceId: stranger.sequence.id })).rejects.toMatchObject({ code: 'not_found' })
})

test('a deleted stage and a paused sequence are said on the mapping', async () => {
  const { portal, sequence, save } = await world()
  await save()
  await changeSequenceStatus(deps, portal, sequence.id, { action: 'pause', idempotencyKey: newKey() }, tools)
  expect(await listMappings(deps, portal)).toMatchObject([{ state: 'sequence_not_active', sequenceStatus: 'paused' }])
  await inPortal(db, portal.portalId, (trx) =>
    trx.updateTable('stages').set({ archived: true }).where('portalId', '=', portal.portalId).execute(),
  )
  expect(await listMappings(deps, portal)).toMatchObject([{ state: 'stage_deleted' }])
  await expect(save({ revision: 1 })).rejects.toMatchObject({ code: 'not_found' })
})

test('an archived sequence cannot be mapped', async () => {
  const { portal, sequence, save } = await world()
  await changeSequenceStatus(deps, portal, sequence.id, { action: 'archive', idempotencyKey: newKey() }, tools)
  await expect(save()).rejects.toMatchObject({ code: 'conflict' })
})

test('a removed mapping starts nothing, and removing it again is not found', async () => {
  const { portal, save } = await world()
  await save()
  const stage = { pipelineId: 'sales', stageId: 'booked' }
  await removeMapping(deps, portal, { ...stage, revision: 1, idempotencyKey: newKey() })
  expect(await listMappings(deps, portal)).toEqual([])
  expect(await activityKinds(db, portal.portalId)).toContain('mapping.removed')
  await expect(removeMapping(deps, portal, { ...stage, idempotencyKey: newKey() })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('switching changes nothing but the switch, whatever the list that was looked at said', async () => {
  const { portal, save } = await world()
  const other = await hasSequence(deps, portal, { name: 'Other' })
  const policy = { ...DEFAULT_POLICY, coolDownDays: 30 }
  const turn = (active: boolean, revision: number) =>
    switchMapping(deps, portal, { pipelineId: 'sales', stageId: 'booked', active, revision, idempotencyKey: newKey() })
  await save()
  await save({ sequenceId: other.id, policy, revision: 1 })
  // Off is meant whatever somebody changed since.
  await turn(false, 1)
  expect(await listMappings(deps, portal)).toMatchObject([
    { sequenceName: 'Other', policy, active: false, revision: 3 },
  ])
  await expect(turn(true, 1)).rejects.toMatchObject({ code: 'outdated' })
  await turn(true, 3)
  expect(await listMappings(deps, portal)).toMatchObject([{ sequenceName: 'Other', policy, active: true }])
  expect((await activityKinds(db, portal.portalId)).filter((kind) => kind === 'mapping.saved')).toHaveLength(4)
})

test('a mapping is switched off though its stage is gone, and on neither then nor with an archived sequence', async () => {
  const { portal, sequence, save } = await world()
  const { portalId } = portal
  const turn = (active: boolean, revision: number) =>
    switchMapping(deps, portal, { pipelineId: 'sales', stageId: 'booked', active, revision, idempotencyKey: newKey() })
  await expect(turn(false, 0)).rejects.toMatchObject({ code: 'not_found' })
  await save()
  const setGone = (archived: boolean) =>
    inPortal(db, portalId, (trx) =>
      trx.updateTable('stages').set({ archived }).where('portalId', '=', portalId).execute(),
    )
  await setGone(true)
  await turn(false, 1)
  await expect(turn(true, 2)).rejects.toMatchObject({ code: 'not_found' })
  await setGone(false)
  await changeSequenceStatus(deps, portal, sequence.id, { action: 'archive', idempotencyKey: newKey() }, tools)
  await expect(turn(true, 2)).rejects.toMatchObject({ code: 'conflict' })
  expect(await listMappings(deps, portal)).toMatchObject([{ active: false, revision: 2 }])
})

test('a thousand mappings are listed in one go', async () => {
  const { portal, sequence } = await world()
  const { portalId } = portal
  const stageIds = Array.from({ length: 1000 }, (_, index) => `stage-${index}`)
  await inPortal(db, portalId, async (trx) => {
    const stage = { portalId, pipelineId: 'sales', isClosed: false }
    const rows = stageIds.map((stageId, displayOrder) => ({
      ...stage,
      stageId,
      label: `Stage ${stageId}`,
      displayOrder,
    }))
    await trx.insertInto('stages').values(rows).execute()
    const rule = { portalId, pipelineId: 'sales', sequenceId: sequence.id, active: true, updatedAt: clock.read() }
    await trx
      .insertInto('mappings')
      .values(stageIds.map((stageId) => ({ ...rule, stageId })))
      .execute()
  })
  expect(await listMappings(deps, portal)).toHaveLength(1000)
})
