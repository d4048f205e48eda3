import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { email } from '#test/support/sending.ts'
import { waitFor } from '#test/support/steering.ts'
import { useSending } from './use-sending.ts'

const { server, clock, start, mailsTo } = useSending({ timeoutMs: 2_000 })

test('a contact that unsubscribed, opted out, has no address or is gone gets nothing, and the reason is kept', async () => {
  const sending = await start()
  const optedOut = await sending.enroll({ optedOut: true })
  const nobody = await sending.enroll({ email: null })
  const broken = await sending.enroll({ email: 'not an address' })
  const deleted = await sending.enroll()
  await sending.query(
    `update contacts set deleted = true where portal_id = ${sending.portalId} and id = '${deleted.contactId}'`,
  )
  const before = server.accepted.length
  await sending.drain()
  expect(server.accepted.length).toBe(before)
  expect(await sending.enrollment(optedOut.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'unsubscribed',
  })
  expect(await sending.enrollment(deleted.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'contact_deleted',
  })
  expect(await sending.runs(nobody.enrollmentId)).toMatchObject([
    { status: 'held', why: expect.stringContaining('no e-mail address') },
  ])
  expect(await sending.runs(broken.enrollmentId)).toMatchObject([
    { status: 'held', why: expect.stringContaining('not valid') },
  ])
  // Only about those of whom no address is kept: HubSpot may have one by now.
  expect(sending.hubspot.asked).toBe(1)
})

test('a deal that left the stage, moved to another pipeline or was deleted stops its sequence before the mail', async () => {
  const sending = await start()
  const left = await sending.enroll()
  const moved = await sending.enroll()
  const deleted = await sending.enroll()
  const stays = await sending.enroll()
  sending.deals.set(left.dealId, { pipelineId: 'default', stageId: 'closedlost', deleted: false })
  sending.deals.set(moved.dealId, { pipelineId: 'other', stageId: 'proposal', deleted: false })
  sending.deals.set(deleted.dealId, { pipelineId: null, stageId: null, deleted: true })
  await sending.drain()
  expect(sending.hubspot.asked).toBe(1)
  for (const contact of [left, moved, deleted]) expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.enrollment(left.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'stage_left' })
  expect(await sending.enrollment(moved.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'stage_left' })
  expect(await sending.enrollment(deleted.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'deal_deleted',
  })
  expect(await sending.runs(left.enrollmentId)).toMatchObject([{ status: 'canceled' }])
  expect(mailsTo(stays.email)).toHaveLength(1)
})

test('a sequence that does not stop with the stage goes on, but not after the deal was deleted', async () => {
  const sending = await start({ stopWhenStageLeft: false })
  const left = await sending.enroll()
  const deleted = await sending.enroll()
  sending.deals.set(left.dealId, { pipelineId: 'default', stageId: 'closedlost', deleted: false })
  sending.deals.set(deleted.dealId, { pipelineId: null, stageId: null, deleted: true })
  await sending.drain()
  expect(mailsTo(left.email)).toHaveLength(1)
  expect(mailsTo(deleted.email)).toEqual([])
})

test('while HubSpot cannot be asked nothing is sent; the step says why, tries again, and after a day waits for a person', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  sending.hubspot.fails = () => new AppError('hubspot_unavailable', 'HubSpot did not answer.')
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  const [run] = await sending.runs()
  expect(run).toMatchObject({ status: 'scheduled', attempts: 0 })
  expect(run?.why).toMatch(
    /^HubSpot could not be asked whether the deal is still in the stage; trying again at \d{4}-\d\d-\d\d \d\d:\d\d \(Europe\/Berlin\)\.$/,
  )
  for (let hour = 0; hour < 25; hour++) {
    clock.passes({ hours: 1 })
    await sending.drain()
  }
  expect(await sending.runs()).toMatchObject([{ status: 'held' }])
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.held'])
  expect(mailsTo(contact.email)).toEqual([])
})

test('when HubSpot answers again the mail goes out once', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  sending.hubspot.fails = () =>
    new AppError('hubspot_unavailable', 'HubSpot did not answer.', { retryAfterMs: 300_000 })
  await sending.drain()
  clock.passes({ minutes: 4 })
  expect(await sending.drain()).toBe(0)
  delete sending.hubspot.fails
  clock.passes({ minutes: 2 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a wait for a reply is not over as long as HubSpot does not name its contact in the answer', async () => {
  const sending = await start({ steps: [waitFor('w', { onEvent: 'end' }), email('a')] })
  const contact = await sending.enroll()
  clock.passes({ hours: 24 * 30 })
  await sendDueSteps(sending.deps, sending.portalId - 1, async () => new Map())
  expect(await sending.runs()).toMatchObject([
    { status: 'scheduled', why: expect.stringContaining('could not be asked') },
  ])
  expect(mailsTo(contact.email)).toEqual([])
})

test('a deal that HubSpot does not name in its answer is not mailed', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await sendDueSteps(sending.deps, sending.portalId - 1, async () => new Map())
  expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.runs()).toMatchObject([{ status: 'scheduled' }])
})
