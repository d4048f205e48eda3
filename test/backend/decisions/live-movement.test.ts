import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'
import { begin, happen, type Live, type LivePattern, testPatterns } from './live-story.ts'

const world = useWorld(useDatabase())

const DWELL = { dwellMinutes: 15 }
const PASS = { passingThrough: 'enroll' as const }
const NO_BACK = { movingBack: 'nobody' as const }

/** Says again, as HubSpot does for a save without a change, that the deal is in Demo. */
const savedAgain = ({ world, portal, dealId }: Live) =>
  world.sandbox.webhooks.deliver([
    {
      portalId: portal.portalId,
      objectId: Number(dealId),
      objectTypeId: '0-3',
      propertyName: 'dealstage',
      propertyValue: 'demo',
    },
  ])

const switchedOff = ({ world, portal: { portalId } }: Live) =>
  inPortal(world.deps.db, portalId, (trx) =>
    trx.updateTable('mappings').set({ active: false }).where('portalId', '=', portalId).execute(),
  )

const withPipeline = ({ hubspot }: Live) => {
  const stage = { id: 'intake', label: 'Intake', probability: '0.5', isClosed: false }
  hubspot.pipelines.push({ id: 'other', label: 'Other', stages: [stage] })
}

/** How a deal moves on the live path: forward, through, back, again. */
const PATTERNS: readonly LivePattern[] = [
  ['moves one stage forward', { happens: ['demo@10'] }, 'enrolled', 1, 0],
  ['enters, told of an hour late', { happens: ['demo@10 @70'] }, 'enrolled', 1, 0],
  ['comes back over skipped stages', { happens: ['won@5 demo@10'] }, 'enrolled', 1, 0],
  ['is saved again without a change', { happens: ['demo@10 | @30', savedAgain] }, 'not_a_stage_entry', 1, 0],
  ['is dragged in and out again', { happens: ['demo@10 lead@11'] }, 'stage_moved_on', 0, 0],
  ['leaves after it was enrolled', { happens: ['demo@10 | lead@11'] }, 'enrolled', 0, 1],
  ['passes through on its way', { happens: ['demo@10 proposal@11'] }, 'stage_moved_on', 0, 0],
  ['passes through, which is allowed', { rules: PASS, happens: ['demo@10 proposal@11'] }, 'enrolled', 1, 0],
  [
    'passes through after long enough, which is allowed',
    { rules: { ...PASS, ...DWELL }, happens: ['demo@10 proposal@40'] },
    'enrolled',
    1,
    0,
  ],
  [
    'passes through too fast, though allowed',
    { rules: { ...PASS, ...DWELL }, happens: ['demo@10 proposal@13 @60'] },
    'left_too_soon',
    0,
    0,
  ],
  ['is dragged out and back before we look', { happens: ['demo@10 lead@20 demo@30'] }, 'enrolled', 1, 0],

  // Time in the stage
  ['has not been there long enough', { rules: DWELL, happens: ['demo@10 | @24'] }, 'dwelling', 0, 0],
  ['has been there exactly long enough', { rules: DWELL, happens: ['demo@10 | @25'] }, 'enrolled', 1, 0],
  ['was there long enough before we looked', { rules: DWELL, happens: ['demo@10 @25'] }, 'enrolled', 1, 0],
  ['leaves while it waits', { rules: DWELL, happens: ['demo@10 | proposal@12'] }, 'stage_moved_on', 0, 0],
  ['comes back while it waits', { rules: DWELL, happens: ['demo@10 | lead@12 demo@14 | @26'] }, 'dwelling', 0, 0],
  ['comes back and waits anew', { rules: DWELL, happens: ['demo@10 | lead@12 demo@14 | @29'] }, 'enrolled', 1, 0],
  [
    'waits, and the mapping is switched off',
    { rules: DWELL, happens: ['demo@10 |', switchedOff, '@25'] },
    'mapping_off',
    0,
    0,
  ],

  // Moving back
  ['moves back from a later stage', { happens: ['proposal@5 demo@10'] }, 'enrolled', 1, 0],
  ['moves back, which is not allowed', { rules: NO_BACK, happens: ['proposal@5 demo@10'] }, 'moved_back', 0, 0],
  ['moves forward where back is not allowed', { rules: NO_BACK, happens: ['demo@10'] }, 'enrolled', 1, 0],
  ['comes from another pipeline', { rules: NO_BACK, happens: [withPipeline, 'intake@5 demo@10'] }, 'enrolled', 1, 0],

  // Again
  ['re-enters after the sequence ended', { happens: ['demo@10 | lead@20 | demo@30'] }, 'enrolled', 1, 1],
  [
    're-enters, only once ever',
    { rules: { reEntry: 'once' }, happens: ['demo@10 | lead@20 | demo@30'] },
    'enrolled_before',
    0,
    1,
  ],
  [
    're-enters while the sequence runs',
    { goesOn: true, happens: ['demo@10 | lead@20 demo@30'] },
    'already_enrolled',
    1,
    0,
  ],
  [
    're-enters while it runs, at every entry',
    { goesOn: true, rules: { reEntry: 'every_entry' }, happens: ['demo@10 | lead@20 demo@30'] },
    'enrolled',
    1,
    1,
  ],
]

testPatterns(world, PATTERNS)

test('an enrollment that starts over says so, and never runs twice', async () => {
  const live = await begin(world, { goesOn: true, rules: { reEntry: 'every_entry' } })
  await happen(live, 'demo@10 | lead@20 demo@30 |')
  const enrollments = await live.portal.enrollments(live.dealId)
  expect(enrollments.map(({ status, stopReason }) => [status, stopReason]).sort()).toEqual([
    ['active', null],
    ['stopped', 'restarted'],
  ])
})

test('what waits is a lane with a moment, not news: cards and mails of the deal go on', async () => {
  const live = await begin(world, { rules: DWELL })
  await happen(live, 'demo@10 |')
  const { portalId } = live.portal
  const lanes = await inPortal(world.deps.db, portalId, (trx) =>
    trx
      .selectFrom('lanes')
      .where('portalId', '=', portalId)
      .where('kind', '=', 'events')
      .select(['key', 'dueAt'])
      .execute(),
  )
  expect(lanes).toEqual([{ key: `deal:${live.dealId}`, dueAt: world.clock.read().add({ minutes: 15 }) }])
})

test('HubSpot is away when the wait ends: the entry is not lost, and is decided once HubSpot is back', async () => {
  const live = await begin(world, { rules: DWELL })
  await happen(live, 'demo@10 | @25')
  const { portalId } = live.portal
  const match = { path: /deals\/batch\/read/, portalId }
  world.sandbox.faults.add({ match, kind: 'status', status: 503, times: Number.POSITIVE_INFINITY })
  for (const minute of [26, 28, 32, 40]) await happen(live, `@${minute} |`)
  expect(await live.portal.enrollments(live.dealId)).toEqual([])
  world.sandbox.faults.clear()
  await happen(live, '@60 |')
  expect(await live.portal.enrollments(live.dealId)).toMatchObject([{ status: 'active' }])
})
