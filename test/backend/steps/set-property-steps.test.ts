import { expect, test } from 'vitest'
import type { SetPropertyStep, Step } from '#shared/contract/sequence.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'
import { openActs } from './acts-world.ts'

const database = useDatabase()
const world = useWorld(database)

const later: Step = { id: 'later', kind: 'wait', amount: 3, unit: 'days' }
const sets = (given: Partial<SetPropertyStep> = {}): SetPropertyStep => ({
  id: 'set',
  kind: 'set_property',
  object: 'contact',
  property: 'jobtitle',
  value: 'Buyer at {{ deal.name }}',
  ...given,
})
const open = (step: SetPropertyStep = sets()) => openActs(world, database, [step, later])

test('sets the property of the contact and goes on; many contacts are one call', async () => {
  const acts = await open()
  const one = await acts.enrolls()
  const other = await acts.enrolls()
  await acts.works()
  expect(acts.record('contacts', one.contactId).jobtitle).toBe('Buyer at Engines')
  expect(acts.record('contacts', other.contactId).jobtitle).toBe('Buyer at Engines')
  expect(acts.calls('/contacts/batch/update')).toHaveLength(1)
  const runs = await acts.runs()
  expect(runs.map(({ status }) => status)).toEqual(['done', 'scheduled', 'done', 'scheduled'])
})

test('sets the property of the deal, also to nothing', async () => {
  const acts = await open(sets({ object: 'deal', property: 'description', value: '' }))
  const { dealId } = await acts.enrolls()
  world.sandbox.updateRecord(acts.portalId, 'deals', dealId, { description: 'Old' })
  await acts.works()
  expect(acts.record('deals', dealId).description).toBe('')
})

test('a refused value is held in HubSpot’s words, and the others are set', async () => {
  const acts = await open(sets({ property: 'no_such_property', value: 'x' }))
  await acts.enrolls()
  await acts.works()
  const [run] = await acts.runs()
  expect(run).toMatchObject({ status: 'held', why: expect.stringContaining('“no_such_property” was not set.') })
  expect(run?.why).toContain('does not exist')
})

test('without HubSpot’s answer it is done later, and a worker that died does it again to the same value', async () => {
  const acts = await open()
  const { contactId } = await acts.enrolls()
  const mend = world.sandbox.faults.add({
    match: { portalId: acts.portalId, path: /\/contacts\/batch\/update$/ },
    kind: 'status',
    status: 503,
    times: Number.POSITIVE_INFINITY,
  })
  await acts.works()
  expect((await acts.runs())[0]).toMatchObject({ status: 'scheduled' })
  mend()
  world.passes({ minutes: 2 })
  const dying = acts.dying('after', ({ path }) => path.endsWith('/contacts/batch/update'))
  await expect(acts.works(dying)).rejects.toThrow('the worker is gone')
  world.passes({ minutes: 3 })
  await acts.works()
  expect((await acts.runs())[0]?.status).toBe('done')
  expect(acts.record('contacts', contactId).jobtitle).toBe('Buyer at Engines')
})

test('a part of a batch that HubSpot failed on for now is done later, and one it refuses is held in its words', async () => {
  const acts = await open()
  const { contactId } = await acts.enrolls()
  const answers = (category: string, message: string) =>
    world.sandbox.faults.add({
      match: { portalId: acts.portalId, path: /\/contacts\/batch\/update$/ },
      kind: 'status',
      status: 207,
      times: 1,
      body: {
        status: 'COMPLETE',
        results: [],
        errors: [{ status: 'error', category, message, context: { ids: [contactId] } }],
      },
    })
  answers('INTERNAL_ERROR', 'Something went wrong.')
  await acts.works()
  expect((await acts.runs())[0]).toMatchObject({ status: 'scheduled', why: expect.not.stringContaining('record') })
  answers('VALIDATION_ERROR', 'This value is too long.')
  world.passes({ minutes: 2 })
  await acts.works()
  expect((await acts.runs())[0]).toMatchObject({
    status: 'held',
    why: expect.stringContaining('This value is too long.'),
  })
})

test('each kind of record needs its own permission', async () => {
  const acts = await open(sets({ object: 'deal', property: 'description' }))
  await acts.setScopes(['oauth', 'crm.objects.contacts.write'])
  await acts.enrolls()
  await acts.works()
  expect((await acts.runs())[0]?.why).toContain('crm.objects.deals.write')
})

test('a stage that our own step set enrolls nobody', async () => {
  const acts = await open(sets({ object: 'deal', property: 'dealstage', value: 'proposal' }))
  await acts.given.maps('proposal', acts.sequence.id)
  const { dealId } = await acts.enrolls()
  await acts.works()
  expect(acts.record('deals', dealId).dealstage).toBe('proposal')
  await world.handlesEvents()
  expect(await acts.given.enrollments(dealId)).toHaveLength(1)
})
