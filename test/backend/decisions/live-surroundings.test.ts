import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { answerApproval } from '#modules/approvals/answer-approval.ts'
import { listApprovals } from '#modules/approvals/list-approvals.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'
import { begin, happen, type Live, type LivePattern, testPatterns } from './live-story.ts'

const world = useWorld(useDatabase())

const BULK = { bulkLimit: { entries: 2, minutes: 10 } }

/** So many other deals enter the stage at the same time, by the same person. */
const withOthers = (count: number) => (live: Live) => {
  for (let index = 0; index < count; index++) live.portal.hasDeal('demo', [`other${index}@example.com`])
}

const answers =
  (action: 'approve' | 'refuse', deals = 10) =>
  async ({ portal }: Live) => {
    const admin = person(portal.portalId)
    const [approval] = await listApprovals(world.deps, admin)
    return answerApproval(world.deps, admin, approval?.id ?? '', { action, deals, idempotencyKey: newKey() })
  }

const deletes = ({ world, portal, dealId }: Live) => world.sandbox.deleteDeal(portal.portalId, dealId)
const restores = ({ world, portal, dealId }: Live) => world.sandbox.restoreDeal(portal.portalId, dealId)
const byOurselves = (live: Live) => live.movesBy('demo', { sourceType: 'INTEGRATION', sourceId: '42' })
const byAnotherApp = (live: Live) => live.movesBy('demo', { sourceType: 'INTEGRATION', sourceId: '77' })
const byImport = (live: Live) => live.movesBy('demo', { sourceType: 'IMPORT', sourceId: '42' })

/** Another deal of the same contact, which was in the stage, goes into this one. */
const mergesOther = async (live: Live) => {
  const { portal, contactIds } = live
  const other = world.sandbox.createDeal(portal.portalId, { name: 'Other', stageId: 'demo', contactIds })
  await live.works()
  world.sandbox.mergeDeals(portal.portalId, live.dealId, other)
  await live.works()
}

const renamesStage = ({ hubspot }: Live) => {
  const stages = hubspot.pipelines[0]?.stages ?? []
  for (const [index, stage] of stages.entries())
    if (stage.id === 'demo') stages[index] = { ...stage, label: 'Demonstration' }
}
const goesToOther = (live: Live) => {
  const stage = { id: 'new', label: 'New', probability: '0.5', isClosed: false }
  live.hubspot.pipelines.push({ id: 'other', label: 'Other', stages: [stage] })
  live.moves('new')
}
const pausesSequence = ({ world, portal: { portalId }, sequenceId }: Live) =>
  inPortal(world.deps.db, portalId, (trx) =>
    trx
      .updateTable('sequences')
      .set({ status: 'paused' })
      .where('portalId', '=', portalId)
      .where('id', '=', sequenceId)
      .execute(),
  )
const unmaps = ({ world, portal: { portalId } }: Live) =>
  inPortal(world.deps.db, portalId, (trx) => trx.deleteFrom('mappings').where('portalId', '=', portalId).execute())

/** What happens around a deal: bulk changes, merges, deletions, our own writes, pipelines and mappings that change. */
const PATTERNS: readonly LivePattern[] = [
  ['enters with as many others as may', { rules: BULK, happens: ['demo@10', withOthers(1)] }, 'enrolled', 1, 0],
  ['is part of a large change', { rules: BULK, happens: ['demo@10', withOthers(2)] }, 'bulk_waiting', 0, 0],
  [
    'is part of a large change that is approved',
    { rules: BULK, happens: ['demo@10', withOthers(2), '| @60', answers('approve')] },
    'enrolled',
    1,
    0,
  ],
  [
    'is part of a large change that is refused',
    { rules: BULK, happens: ['demo@10', withOthers(2), '| @60', answers('refuse')] },
    'bulk_refused',
    0,
    0,
  ],
  [
    'was approved, but left meanwhile',
    { rules: BULK, happens: ['demo@10', withOthers(2), '| @60', answers('approve'), 'lead@61'] },
    'stage_moved_on',
    0,
    0,
  ],
  [
    'leaves while the large change waits',
    { rules: BULK, happens: ['demo@10', withOthers(2), '| lead@20'] },
    'stage_moved_on',
    0,
    0,
  ],
  ['enters alone long after a large change', { rules: BULK, happens: [withOthers(3), '| demo@60'] }, 'enrolled', 1, 0],
  [
    'waits for its time, and for the rest of the large change',
    { rules: { ...BULK, dwellMinutes: 15 }, happens: ['demo@10 | @12', withOthers(2), '| @25'] },
    'bulk_waiting',
    0,
    0,
  ],
  ['is deleted before it is decided', { happens: ['demo@10', deletes] }, 'deal_gone', 0, 0],
  ['is deleted after it was enrolled', { happens: ['demo@10 |', deletes] }, 'enrolled', 0, 1],
  ['is deleted and restored after it enrolled', { happens: ['demo@10 |', deletes, '|', restores] }, 'enrolled', 0, 1],
  ['is deleted and restored before it was decided', { happens: ['demo@10', deletes, restores] }, 'enrolled', 1, 0],
  [
    'waits, is deleted, and its time comes',
    { rules: { dwellMinutes: 15 }, happens: ['demo@10 |', deletes, '@25'] },
    'deal_gone',
    0,
    0,
  ],
  [
    'is merged: the other deal’s sequence counts as its own',
    { rules: { reEntry: 'once' }, happens: [mergesOther, 'demo@10'] },
    'enrolled_before',
    0,
    0,
  ],
  ['is moved by Stagecue itself', { happens: ['@10', byOurselves] }, 'own_write', 0, 0],
  ['is moved by another app', { happens: ['@10', byAnotherApp] }, 'enrolled', 1, 0],
  ['is imported, by an import with our app’s number', { happens: ['@10', byImport] }, 'enrolled', 1, 0],
  ['is in a stage that was renamed', { happens: [renamesStage, 'demo@10'] }, 'enrolled', 1, 0],
  ['was in a stage that is deleted: HubSpot moved it', { happens: ['demo@10 lead@10.5'] }, 'stage_moved_on', 0, 0],
  ['went to another pipeline before we looked', { happens: ['demo@10', goesToOther] }, 'stage_moved_on', 0, 0],
  ['went to another pipeline after it enrolled', { happens: ['demo@10 | @11', goesToOther] }, 'enrolled', 0, 1],
  ['is in a stage that lost its mapping', { happens: [unmaps, 'demo@10'] }, 'no_mapping', 0, 0],
  ['is mapped to a sequence that is paused', { happens: [pausesSequence, 'demo@10'] }, 'sequence_not_active', 0, 0],
]

testPatterns(world, PATTERNS)

test('a large change is one approval with its counts; who answers a smaller one than there is must look again', async () => {
  const live = await begin(world, { rules: BULK })
  await happen(live, 'demo@10')
  withOthers(4)(live)
  await live.works()
  const admin = person(live.portal.portalId)
  const expected = { stageLabel: 'demo', by: 'HubSpot user 7', deals: 5, contacts: 5 }
  expect(await listApprovals(world.deps, admin)).toMatchObject([expected])
  await expect(answers('approve', 3)(live)).rejects.toMatchObject({ code: 'conflict', message: /grown to 5 deals/ })
  const [approval] = await listApprovals(world.deps, admin)
  await answers('approve', 5)(live)
  await live.works()
  expect(await listApprovals(world.deps, admin)).toEqual([])
  expect(await live.portal.enrollments(live.dealId)).toHaveLength(1)
  const again = { action: 'approve', deals: 5, idempotencyKey: newKey() } as const
  const late = answerApproval(world.deps, admin, approval?.id ?? '', again)
  await expect(late).rejects.toMatchObject({ code: 'conflict', message: /already approved/ })
})
