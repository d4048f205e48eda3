import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { email, type Sending } from '#test/support/sending.ts'
import { set, useSending } from './use-sending.ts'

const { clock, start, mailsTo } = useSending({ timeoutMs: 2_000 })

const beforeClose: Step = {
  ...{ id: 'close', kind: 'wait', until: 'deal_date', property: 'closedate' },
  ...{ days: -3, time: '09:00' },
}

/** The day so many days from now, in Berlin, the portal's zone. */
const inDays = (days: number) => clock.read().toZonedDateTimeISO('Europe/Berlin').toPlainDate().add({ days }).toString()

/** A contact waiting for three days before a close date that is ten days off. */
async function waiting() {
  const sending = await start({ steps: [beforeClose, email('one')] })
  const contact = await sending.enroll()
  await closesOn(sending, inDays(10))
  const [held] = await sending.runs()
  await resolveStep(sending.deps, sending.portal, { stepRunId: held?.id ?? '', action: 'retry' })
  expect((await dueDay(sending))?.toString()).toBe(inDays(7))
  return { sending, contact }
}

const closesOn = (sending: Sending, date: string | null) =>
  set(sending, 'deals', `close_date = ${date === null ? 'null' : `'${date}'`}`)

async function dueDay(sending: Sending): Promise<Temporal.PlainDate | undefined> {
  return (await sending.runs())[0]?.dueAt.toZonedDateTimeISO('Europe/Berlin').toPlainDate()
}

test('a wait until three days before the close date ends then, after HubSpot was asked', async () => {
  const { sending, contact } = await waiting()
  clock.passes({ hours: 24 * 6 })
  expect(await sending.drain()).toBe(0)
  clock.passes({ hours: 24 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  expect(sending.hubspot.asked).toBe(2)
})

test('a close date that moved meanwhile moves the mail', async () => {
  const { sending, contact } = await waiting()
  clock.passes({ hours: 24 * 7 })
  await closesOn(sending, inDays(10))
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  const [run] = await sending.runs()
  expect(run).toMatchObject({ status: 'scheduled', why: expect.stringMatching(/^The close date has moved\. /) })
  expect((await dueDay(sending))?.toString()).toBe(inDays(7))
})

test('a close date that is gone holds the step', async () => {
  const { sending } = await waiting()
  clock.passes({ hours: 24 * 7 })
  await closesOn(sending, null)
  await sending.drain()
  const why = 'The deal has no "Close date". Fill it in on the deal.'
  expect(await sending.runs()).toMatchObject([{ status: 'held', why }])
})

test('a deal that HubSpot leaves out of its answer is asked about again', async () => {
  const { sending } = await waiting()
  clock.passes({ hours: 24 * 7 })
  await sendDueSteps(sending.deps, sending.portalId - 1, async () => new Map())
  const dueAt = clock.read().add({ minutes: 5 })
  expect(await sending.runs()).toMatchObject([{ status: 'scheduled', dueAt, why: expect.stringContaining('HubSpot') }])
})

test('without HubSpot’s answer the wait goes on', async () => {
  const { sending, contact } = await waiting()
  clock.passes({ hours: 24 * 7 })
  sending.hubspot.fails = () => new AppError('hubspot_unavailable', 'away')
  await sending.drain()
  const [run] = await sending.runs()
  expect(run).toMatchObject({ status: 'scheduled', dueAt: clock.read().add({ minutes: 5 }) })
  delete sending.hubspot.fails
  clock.passes({ minutes: 5 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})
