import { expect, test } from 'vitest'
import { declareRestore } from '#modules/restores/declare-restore.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import type { Step, TaskStep } from '#shared/contract/sequence.ts'
import { person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { newPortal } from '#test/support/deps.ts'
import { useWorld } from '#test/support/world.ts'
import { isCreation, openActs } from './acts-world.ts'

const database = useDatabase()
const world = useWorld(database)

const call = (given: Partial<TaskStep> = {}): TaskStep => ({
  id: 'call',
  kind: 'task',
  taskType: 'call',
  subject: 'Call {{ contact.firstname }}',
  body: 'About {{ deal.name }}.\nThey know <us>.',
  onTimeout: 'go_on',
  ...given,
})
const later: Step = { id: 'later', kind: 'wait', amount: 3, unit: 'days' }
const open = (task: TaskStep = call()) => openActs(world, database, [task, later])

test('a task of the deal and the contact is made for the deal’s owner, and the step waits for it', async () => {
  const acts = await open(call({ priority: 'high', dueIn: { amount: 2, unit: 'hours' } }))
  const { dealId, contactId } = await acts.enrolls({ ownerId: '77' })
  world.sandbox.updateRecord(acts.portalId, 'deals', dealId, { hubspot_owner_id: '77' })
  await acts.works()
  const due = world.clock.read().add({ hours: 2 }).toString({ fractionalSecondDigits: 3 })
  const [run] = await acts.runs()
  expect(acts.tasks()).toEqual([
    expect.objectContaining({
      hs_task_subject: 'Call Ada',
      hs_task_body: `About Engines.<br>They know &lt;us&gt;.<br><br>Stagecue step ${run?.id}`,
      hs_task_type: 'CALL',
      hs_task_status: 'NOT_STARTED',
      hs_task_priority: 'HIGH',
      hs_timestamp: due,
      hubspot_owner_id: '77',
    }),
  ])
  const [task] = acts.tasks()
  const links = world.sandbox.state.portals.get(acts.portalId)?.links
  expect(links?.get(`deals:${dealId}>tasks`)?.get(task?.id ?? '')).toMatchObject([{ typeId: 215 }])
  expect(links?.get(`contacts:${contactId}>tasks`)?.get(task?.id ?? '')).toMatchObject([{ typeId: 203 }])
  expect(run).toMatchObject({ status: 'held', heldFor: 'task', why: expect.stringContaining('Waits until its task') })
  expect(await acts.activities()).toContain('task.created')
})

test('LinkedIn is a to-do in HubSpot, whose API knows no such type', async () => {
  const acts = await open(call({ taskType: 'linkedin' }))
  await acts.enrolls()
  await acts.works()
  expect(acts.tasks()[0]?.hs_task_type).toBe('TODO')
})

test('a task done in HubSpot moves the enrollment on and is told on both timelines; one call asks about all', async () => {
  const acts = await open()
  const first = await acts.enrolls()
  await acts.enrolls()
  await acts.works()
  const mine = (await acts.runs()).find(({ enrollmentId }) => enrollmentId === first.enrollmentId)
  const one = acts.tasks().find((task) => task.hs_task_body?.includes(mine?.id ?? '-'))
  acts.completes(one?.id ?? '')
  world.passes({ minutes: 5 })
  expect(await acts.looks()).toBe(2)
  expect(acts.calls('/tasks/batch/read')).toHaveLength(1)
  const runs = await acts.runs()
  expect(
    runs
      .filter(({ position }) => position === 0)
      .map(({ status }) => status)
      .sort(),
  ).toEqual(['done', 'held'])
  expect(runs.filter(({ position }) => position === 1).map(({ status }) => status)).toEqual(['scheduled'])
  expect(await acts.enrollment(first.enrollmentId)).toMatchObject({ status: 'active', stepPosition: 1 })
  expect(await acts.timeline()).toEqual([
    { eventType: 'task_done', objectType: 'contact' },
    { eventType: 'task_done', objectType: 'deal' },
  ])
  // Looked at again five minutes later, not before.
  world.passes({ minutes: 2 })
  expect(await acts.looks()).toBe(0)
  world.passes({ minutes: 3 })
  expect(await acts.looks()).toBe(1)
})

test('a worker that dies after HubSpot made the task makes no second one', async () => {
  const acts = await open()
  await acts.enrolls()
  await expect(acts.works(acts.dying('after', isCreation))).rejects.toThrow('the worker is gone')
  expect(acts.tasks()).toHaveLength(1)
  expect((await acts.runs())[0]?.status).toBe('sending')
  world.passes({ minutes: 3 })
  await acts.works()
  expect(acts.tasks()).toHaveLength(1)
  expect((await acts.runs())[0]).toMatchObject({ status: 'held', heldFor: 'task' })
  acts.completes(acts.tasks()[0]?.id ?? '')
  world.passes({ minutes: 5 })
  await acts.looks()
  expect((await acts.runs())[0]?.status).toBe('done')
})

test('a worker that dies before HubSpot heard of the task leaves it to the next one', async () => {
  const acts = await open()
  await acts.enrolls()
  await expect(acts.works(acts.dying('before', isCreation))).rejects.toThrow('the worker is gone')
  world.passes({ minutes: 3 })
  await acts.works()
  expect(acts.tasks()).toHaveLength(1)
  expect(acts.calls('/deals/tasks/batch/read')).toHaveLength(1)
})

test('an answer that was lost on the way is looked for, and nothing is made twice', async () => {
  const acts = await open()
  await acts.enrolls()
  world.sandbox.faults.add({ match: { portalId: acts.portalId, path: /\/tasks$/ }, kind: 'dropAnswer' })
  await acts.works()
  expect(acts.tasks()).toHaveLength(1)
  expect((await acts.runs())[0]).toMatchObject({ status: 'scheduled', why: expect.stringContaining('looked for') })
  world.passes({ minutes: 3 })
  await acts.works()
  expect(acts.tasks()).toHaveLength(1)
  expect((await acts.runs())[0]?.status).toBe('held')
})

test('two workers at once make one task', async () => {
  const acts = await open()
  await acts.enrolls()
  await Promise.all([acts.works(), acts.works()])
  expect(acts.tasks()).toHaveLength(1)
})

test('a task that is not done in time lets the sequence go on, or stops it', async () => {
  const timeout = { amount: 2, unit: 'hours' } as const
  const goes = await open(call({ timeout }))
  const stops = await open(call({ timeout, onTimeout: 'stop' }))
  const going = await goes.enrolls()
  const stopping = await stops.enrolls()
  await goes.works()
  await stops.works()
  world.passes({ hours: 1, minutes: 59 })
  await goes.looks()
  await stops.looks()
  expect((await goes.runs())[0]?.status).toBe('held')
  world.passes({ minutes: 1 })
  await goes.looks()
  await stops.looks()
  expect((await goes.runs()).map(({ status }) => status)).toEqual(['skipped', 'scheduled'])
  expect(await goes.enrollment(going.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await stops.enrollment(stopping.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'task_timed_out',
  })
  // HubSpot's tasks stay.
  expect(stops.tasks()[0]?.hs_task_status).toBe('NOT_STARTED')
  expect(await stops.query(`select * from lanes where kind = 'tasks'`)).toEqual([])
})

test('time does not run out while HubSpot cannot be asked: the task may have been done', async () => {
  const acts = await open(call({ timeout: { amount: 1, unit: 'hours' }, onTimeout: 'stop' }))
  const { enrollmentId } = await acts.enrolls()
  await acts.works()
  acts.completes(acts.tasks()[0]?.id ?? '')
  const mend = world.sandbox.faults.add({
    match: { portalId: acts.portalId, path: /\/tasks\/batch\/read$/ },
    kind: 'status',
    status: 503,
    times: Number.POSITIVE_INFINITY,
  })
  world.passes({ hours: 2 })
  await acts.looks()
  expect(await acts.enrollment(enrollmentId)).toMatchObject({ status: 'active' })
  mend()
  world.passes({ minutes: 2 })
  await acts.looks()
  expect((await acts.runs())[0]?.status).toBe('done')
})

test('a deleted task is skipped with that reason', async () => {
  const acts = await open()
  await acts.enrolls()
  await acts.works()
  const [task] = acts.tasks()
  world.sandbox.state.portals
    .get(acts.portalId)
    ?.records.get('tasks')
    ?.delete(task?.id ?? '')
  world.passes({ minutes: 5 })
  await acts.looks()
  expect((await acts.runs())[0]).toMatchObject({ status: 'skipped', why: 'The task was deleted in HubSpot.' })
})

test('without the permission the step is held with its name, and nothing is asked of HubSpot for it', async () => {
  const acts = await open()
  await acts.setScopes(['oauth'])
  await acts.enrolls()
  await acts.works()
  expect((await acts.runs())[0]).toMatchObject({
    status: 'held',
    heldFor: null,
    why: expect.stringContaining('crm.objects.contacts.write'),
  })
  expect(acts.tasks()).toEqual([])
})

test('what HubSpot refuses is held in its words and can be tried again', async () => {
  const acts = await open()
  await acts.enrolls()
  const body = { status: 'error', category: 'VALIDATION_ERROR', message: 'Owner 77 is not active' }
  world.sandbox.faults.add({ match: { portalId: acts.portalId, path: /\/tasks$/ }, kind: 'status', status: 400, body })
  await acts.works()
  const [run] = await acts.runs()
  expect(run).toMatchObject({ status: 'held', why: expect.stringContaining('Owner 77 is not active') })
  await resolveStep(acts.deps, acts.portal, { stepRunId: run?.id ?? '', action: 'retry' })
  await acts.works()
  expect(acts.tasks()).toHaveLength(1)
  expect(acts.calls('/deals/tasks/batch/read')).toEqual([])
})

test('a missing value is held and no task is made', async () => {
  const acts = await open(call({ body: 'Call {{ contact.phone }}' }))
  await acts.enrolls()
  await acts.works()
  expect((await acts.runs())[0]).toMatchObject({ status: 'held', why: expect.stringContaining('contact.phone') })
  expect(acts.tasks()).toEqual([])
})

test('a rep says on the card that it is done, or skips it; the second of two is told', async () => {
  const acts = await open()
  const { enrollmentId } = await acts.enrolls()
  await acts.works()
  const [run] = await acts.runs()
  const done = { stepRunId: run?.id ?? '', action: 'done' } as const
  await expect(resolveStep(acts.deps, acts.portal, { ...done, action: 'retry' })).rejects.toMatchObject({
    code: 'conflict',
  })
  const results = await Promise.allSettled([
    resolveStep(acts.deps, acts.portal, done),
    resolveStep(acts.deps, acts.portal, { ...done, action: 'skip' }),
  ])
  expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'conflict' } }])
  expect(await acts.enrollment(enrollmentId)).toMatchObject({ stepPosition: 1 })
  // Nobody asks HubSpot about it any more.
  world.passes({ minutes: 5 })
  await acts.looks()
  expect(acts.calls('/tasks/batch/read')).toEqual([])
  expect(await acts.query(`select status from step_tasks where portal_id = ${acts.portalId}`)).toEqual([
    { status: 'left' },
  ])
  await expect(resolveStep(acts.deps, person(await newPortal(database.db, world.clock)), done)).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('stopping leaves the task and adds nothing; pausing keeps the step waiting, and a task done meanwhile counts', async () => {
  const acts = await open()
  const stopped = await acts.enrolls()
  const paused = await acts.enrolls()
  await acts.works()
  await acts.steers(stopped.enrollmentId, 'stop')
  await acts.steers(paused.enrollmentId, 'pause')
  for (const { id } of acts.tasks()) acts.completes(id)
  world.passes({ minutes: 5 })
  await acts.looks()
  expect(acts.tasks()).toHaveLength(2)
  expect(await acts.enrollment(stopped.enrollmentId)).toMatchObject({ status: 'stopped', stepPosition: 0 })
  expect(await acts.enrollment(paused.enrollmentId)).toMatchObject({ status: 'paused', stepPosition: 1 })
  await acts.steers(paused.enrollmentId, 'resume')
  expect(await acts.enrollment(paused.enrollmentId)).toMatchObject({ status: 'active', stepPosition: 1 })
  expect(acts.tasks()).toHaveLength(2)
})

// The last: a restore concerns every portal of the database.
test('a mail behind a task from before a restored backup waits for a person: it may have been sent', async () => {
  const mail: Step = { id: 'mail', kind: 'email', subject: 'After the call', body: 'Hello' }
  const acts = await openActs(world, database, [call(), mail])
  await acts.enrolls()
  await acts.works()
  acts.completes(acts.tasks()[0]?.id ?? '')
  world.passes({ minutes: 1 })
  await declareRestore(acts.deps)
  world.passes({ minutes: 4 })
  await acts.looks()
  await acts.works()
  expect((await acts.runs()).at(-1)).toMatchObject({
    status: 'held',
    heldFor: 'restored',
    why: expect.stringContaining('restored from a backup'),
  })
})
