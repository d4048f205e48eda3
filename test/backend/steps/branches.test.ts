import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { useDatabase } from '#test/support/database.ts'
import { ProcessDeath } from '#test/support/process-death.ts'
import { email } from '#test/support/sending.ts'
import { branch, exit, LARGE, waitFor } from '#test/support/steering.ts'
import { useAskedSteps } from './use-asked-steps.ts'

const database = useDatabase()
const { world, enrolled } = useAskedSteps(database)

const silent = (deps: Deps): Deps => ({
  ...deps,
  hubspot: {
    ...deps.hubspot,
    call: async () => {
      throw new AppError('hubspot_unavailable', 'away')
    },
  },
})

const byAmount = [branch('x', 'large', 'next'), email('small', 'Small'), exit('e'), email('large', 'Large')]

test('a branch goes by what the deal is worth when it is reached, and says what it found', async () => {
  const large = await enrolled(byAmount)
  await large.drain()
  expect(large.subjects()).toEqual(['Large'])
  expect((await large.runs())[0]).toMatchObject({
    status: 'done',
    why: 'Took “Large”: deal “amount” 12000 (expected at least 10000).',
  })

  const small = await enrolled(byAmount, '900')
  await small.drain()
  expect(small.subjects()).toEqual(['Small'])
  expect((await small.runs())[0]?.why).toBe('No case applies. “Large”: deal “amount” 900 (expected at least 10000).')
  expect(await small.status()).toMatchObject({ status: 'completed' })
})

test('without HubSpot’s answer no way is taken; with it the value of that moment counts', async () => {
  const set = await enrolled(byAmount)
  await set.drain(silent(set.deps))
  expect(await set.runs()).toMatchObject([
    { status: 'scheduled', why: expect.stringMatching(/^HubSpot could not be asked what this step depends on/) },
  ])
  set.sandbox.updateRecord(set.portalId, 'deals', set.dealId, { amount: '5' })
  world.passes({ minutes: 5 })
  await set.drain()
  expect(set.subjects()).toEqual(['Small'])
})

test('a worker that dies while it asks takes no way, and the next one takes one', async () => {
  const set = await enrolled(byAmount)
  const call = async () => {
    throw new ProcessDeath('the process died')
  }
  await expect(set.drain({ ...set.deps, hubspot: { ...set.deps.hubspot, call } })).rejects.toThrow('died')
  world.passes({ minutes: 3 })
  await set.drain()
  expect(set.subjects()).toEqual(['Large'])
  expect((await set.runs()).map(({ status }) => status)).toEqual(['done', 'sent'])
})

test('a value that cannot be compared holds the step, because to guess could mail the wrong text', async () => {
  const condition = { ...LARGE, property: 'dealname' } as typeof LARGE
  const set = await enrolled([branch('x', 'end', 'next', condition), email('a')])
  await set.drain()
  const [held] = await set.runs()
  expect(held).toMatchObject({ status: 'held' })
  expect(held?.why).toMatch(
    /“Large” applies cannot be told: deal “dealname”: a value that cannot be compared as number/,
  )
  expect(await set.portal.activities(set.dealId)).toContain('step.held')
  expect(set.subjects()).toEqual([])

  const answer = { stepRunId: held?.id ?? '' }
  const person = { portalId: set.portalId, actor: { kind: 'worker' }, requestId: 'test' } as const
  await resolveStep(set.deps, person, { ...answer, action: 'retry' })
  await set.drain()
  expect((await set.runs())[0]).toMatchObject({ status: 'held' })
  await resolveStep(set.deps, person, { ...answer, action: 'skip' })
  await set.drain()
  expect(set.subjects()).toEqual(['Hello'])
})

test('a branch goes by the contact’s label on the deal', async () => {
  const label = { category: 'USER_DEFINED', typeId: 36, label: 'Champion' } as const
  const condition = { subject: 'label', operator: 'has', label } as const
  const set = await enrolled([branch('x', 'next', 'end', condition), email('a', 'For champions')])
  await set.drain()
  expect(set.subjects()).toEqual([])
  expect(await set.status()).toMatchObject({ status: 'completed' })
  expect((await set.runs())[0]?.why).toContain('label “Champion” not there (expected on the contact)')
})

test('a deal that is gone ends the enrollment at the branch', async () => {
  const set = await enrolled(byAmount)
  set.sandbox.deleteDeal(set.portalId, set.dealId)
  await set.drain()
  expect(await set.status()).toMatchObject({ status: 'stopped', stopReason: 'deal_deleted' })
})

test('a wait for a meeting asks every quarter of an hour and goes on when one is booked', async () => {
  const steps = [
    email('a', 'Book?'),
    waitFor('w', { event: 'meeting', onEvent: 'c' }),
    email('b', 'Still?'),
    email('c', 'See you'),
  ]
  const set = await enrolled(steps)
  await set.drain()
  const before = set.asked.length
  expect((await set.runs())[1]).toMatchObject({
    status: 'scheduled',
    why: expect.stringMatching(/^Waiting for a meeting/),
  })
  set.sandbox.bookMeeting(set.portalId, set.contactId, { hs_meeting_outcome: 'CANCELED' })
  world.passes({ minutes: 15 })
  await set.drain()
  expect(set.subjects()).toEqual(['Book?'])
  expect(set.asked.slice(before)).toHaveLength(2)
  set.sandbox.bookMeeting(set.portalId, set.contactId)
  world.passes({ minutes: 15 })
  await set.drain()
  expect(set.subjects()).toEqual(['Book?', 'See you'])
  expect((await set.runs())[1]).toMatchObject({ status: 'done', took: 'event', why: 'A meeting was booked.' })
})

test('one meeting ends one wait: a second wait is for another meeting', async () => {
  const set = await enrolled([waitFor('v', { event: 'meeting' }), waitFor('w', { event: 'meeting' }), email('a')])
  await set.drain()
  set.sandbox.bookMeeting(set.portalId, set.contactId)
  world.passes({ minutes: 15 })
  await set.drain()
  expect((await set.runs()).map(({ status, took }) => [status, took])).toEqual([
    ['done', 'event'],
    ['scheduled', null],
  ])
  set.sandbox.bookMeeting(set.portalId, set.contactId)
  world.passes({ minutes: 15 })
  await set.drain()
  expect(set.subjects()).toEqual(['Hello'])
})

test('no meeting within the time takes the other way, but only when HubSpot could be asked', async () => {
  const steps = [
    waitFor('w', { event: 'meeting', onEvent: 'c' }),
    email('b', 'Still?'),
    exit('e'),
    email('c', 'See you'),
  ]
  const set = await enrolled(steps)
  await set.drain()
  world.passes({ hours: 72 })
  await set.drain(silent(set.deps))
  expect(await set.runs()).toMatchObject([{ status: 'scheduled' }])
  world.passes({ hours: 1 })
  await set.drain()
  expect(set.subjects()).toEqual(['Still?'])
  expect((await set.runs())[0]).toMatchObject({ took: 'timeout', why: 'No meeting was booked within 3 days.' })
})

test('a wait for a property goes on when the property meets its condition', async () => {
  const condition = {
    subject: 'deal',
    property: 'amount',
    type: 'number',
    operator: 'at_least',
    value: '20000',
  } as const
  const steps = [
    waitFor('w', { event: 'property', condition, onEvent: 'b', onTimeout: 'end' }),
    email('a'),
    email('b', 'Big'),
  ]
  const set = await enrolled(steps)
  await set.drain()
  expect(set.subjects()).toEqual([])
  set.sandbox.updateRecord(set.portalId, 'deals', set.dealId, { amount: '25000' })
  world.passes({ minutes: 15 })
  await set.drain()
  expect(set.subjects()).toEqual(['Big'])
  expect((await set.runs())[0]?.why).toBe('The condition is met: deal “amount” is at least 20000.')
})
