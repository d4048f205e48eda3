import { expect, test } from 'vitest'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import { listPlaces } from '#modules/places/list-places.ts'
import { savePlaces } from '#modules/places/save-places.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import type { SavePlaces } from '#shared/contract/place.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { hasSequence, newKey, person, twoMails } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { newPortal } from '#test/support/deps.ts'
import { useWorld } from '#test/support/world.ts'
import { openActs } from '../steps/acts-world.ts'

const database = useDatabase()
const world = useWorld(database)

const NEW = { id: 'new', name: 'New', stages: [] }
const TALKING = { id: 'talking', name: 'In conversation', stages: [] }
const moves = (stageId: string): Step => ({ id: `to_${stageId}`, kind: 'set_place', stageId })
const later: Step = { id: 'later', kind: 'wait', amount: 3, unit: 'days' }
const open = (...steps: Step[]) => openActs(world, database, [...steps, later])
/** Made on the list as it is, unless a revision is named. */
async function save(acts: Awaited<ReturnType<typeof open>>, places: SavePlaces['places'], seen?: number) {
  const revision = seen ?? (await listPlaces(acts.deps, acts.portal)).revision
  return savePlaces(acts.deps, acts.portal, { places, revision, idempotencyKey: newKey() })
}

test('the list is saved in its order, and names and ids come once', async () => {
  const acts = await open()
  expect(await save(acts, [TALKING, NEW])).toEqual({ places: [TALKING, NEW], revision: 1 })
  expect(await save(acts, [NEW, TALKING])).toEqual({ places: [NEW, TALKING], revision: 2 })
  await expect(save(acts, [NEW, { id: 'x', name: ' new ' }])).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(save(acts, [NEW, { id: 'new', name: 'Other' }])).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await listPlaces(acts.deps, person(await newPortal(database.db, world.clock)))).toEqual({
    places: [],
    revision: 0,
  })
})

test('a step puts the contact to a place, which the card shows, also when it leaves the list later', async () => {
  const acts = await open(moves('new'), moves('talking'))
  await save(acts, [NEW, TALKING])
  const { dealId, contactId } = await acts.enrolls()
  await acts.works()
  expect((await acts.runs()).map(({ status }) => status)).toEqual(['done', 'done', 'scheduled'])
  await save(acts, [NEW])
  const card = await getDealCard(acts.deps, acts.portal, dealId, async () => true)
  expect(card.contacts).toMatchObject([{ contactId, place: 'In conversation' }])
  expect(card.activity.map(({ text }) => text)).toEqual(
    expect.arrayContaining([expect.stringContaining('the contact is at “In conversation”')]),
  )
})

test('a place that is off the list holds the step until it is back', async () => {
  const acts = await open(moves('talking'))
  await save(acts, [NEW])
  await acts.enrolls()
  await acts.works()
  const [run] = await acts.runs()
  expect(run).toMatchObject({ status: 'held', why: expect.stringContaining('not on the list') })
  await save(acts, [NEW, TALKING])
  await resolveStep(acts.deps, acts.portal, { stepRunId: run?.id ?? '', action: 'retry' })
  await acts.works()
  expect((await acts.runs())[0]?.status).toBe('done')
})

test('a version cannot name a place that is not on the list', async () => {
  const acts = await open()
  const definition = { ...twoMails, steps: [moves('talking'), ...twoMails.steps] }
  await expect(hasSequence(acts.deps, acts.portal, { definition })).rejects.toMatchObject({
    code: 'invalid_input',
    field: 'definition.steps.0.stageId',
  })
  await save(acts, [TALKING])
  await expect(hasSequence(acts.deps, acts.portal, { name: 'Other', definition })).resolves.toMatchObject({
    version: 1,
  })
})

test('a deal that enters a stage takes its contacts to the place the stage leads to, with or without a sequence', async () => {
  const acts = await open()
  const proposal = { pipelineId: 'default', stageId: 'proposal' }
  await save(acts, [NEW, { ...TALKING, stages: [proposal] }])
  const { dealId, contactIds } = acts.given.hasDeal('demo', ['one@example.com', 'two@example.com'])
  await world.handlesEvents()
  acts.given.moves(dealId, 'proposal')
  await world.handlesEvents()
  const card = await getDealCard(acts.deps, acts.portal, dealId, async () => true)
  expect(card.contacts.map(({ contactId, place }) => [contactId, place]).toSorted()).toEqual(
    contactIds.map((id) => [id, 'In conversation']).toSorted(),
  )
  expect(card.activity.filter(({ text }) => text.endsWith(' was put to “In conversation”'))).toHaveLength(2)
})

test('deals that enter a stage together take their own contacts only', async () => {
  const acts = await open()
  await save(acts, [{ ...TALKING, stages: [{ pipelineId: 'default', stageId: 'proposal' }] }])
  const deals = [
    acts.given.hasDeal('proposal', ['her@example.com']),
    acts.given.hasDeal('proposal', ['him@example.com']),
  ]
  await world.handlesEvents()
  for (const { dealId, contactIds } of deals) {
    const card = await getDealCard(acts.deps, acts.portal, dealId, async () => true)
    expect(card.contacts.map(({ contactId, place }) => [contactId, place])).toEqual([
      [contactIds[0], 'In conversation'],
    ])
    expect(card.activity.filter(({ text }) => text.endsWith(' was put to “In conversation”'))).toHaveLength(1)
  }
})

test('of two admins who save at once one is told, and the list is the other’s', async () => {
  const acts = await open()
  const stages = [{ pipelineId: 'default', stageId: 'proposal' }]
  const lists = [[{ ...NEW, stages }], [{ ...TALKING, stages }, NEW]]
  const saved = await Promise.allSettled(lists.map((places) => save(acts, places, 0)))
  expect(saved.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'outdated' } }])
  expect(lists).toContainEqual((await listPlaces(acts.deps, acts.portal)).places)
})

test('a stage leads to one place only', async () => {
  const acts = await open()
  const stages = [{ pipelineId: 'default', stageId: 'proposal' }]
  await expect(
    save(acts, [
      { ...NEW, stages },
      { ...TALKING, stages },
    ]),
  ).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('one only'),
  })
})
