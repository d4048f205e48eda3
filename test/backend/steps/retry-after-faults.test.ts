import { expect, test } from 'vitest'
import { retryFaultySteps } from '#modules/faulty-steps/retry-faulty-steps.ts'
import { declareRestore } from '#modules/restores/declare-restore.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { usePoison } from '#test/support/poison.ts'
import { type EnrolledContact, email, type Sending, wait } from '#test/support/sending.ts'
import { unconfirmedStep } from '#test/support/unconfirmed-step.ts'
import { useSending } from './use-sending.ts'

const { url, clock, start, accepted, server } = useSending()
const refuse = usePoison(url)

const runOf = async (sending: Sending, { enrollmentId }: EnrolledContact) => (await sending.runs(enrollmentId)).at(-1)

async function drainOver(sending: Sending, hours: number) {
  for (let passed = 0; passed < hours; passed++) {
    clock.passes({ hours: 1 })
    await sending.drain()
  }
}

const retryAll = (sending: Sending) =>
  retryFaultySteps(sending.deps, person(sending.portalId), { idempotencyKey: newKey() })

/** Lets the portal's mails fail until they are given up, then mends what made them fail. */
async function giveUp(sending: Sending) {
  const heal = await refuse('deliveries', `new.portal_id = ${sending.portalId}`)
  await sending.drain()
  await drainOver(sending, 6)
  expect((await sending.runs()).at(-1)).toMatchObject({ status: 'held', heldFor: 'fault' })
  await heal()
}

const reply: Step = {
  id: 'w',
  kind: 'wait_for',
  event: 'reply',
  timeout: { amount: 2, unit: 'days' },
  onEvent: 'end',
  onTimeout: 'next',
}

test.each([['a wait', wait('w', 2, 'days')] as const, ['a wait for an event', reply] as const])(
  '%s that was over when it failed is not waited again, and what is behind it counts from its end',
  async (_, step) => {
    const sending = await start({ steps: [step, email('one')] })
    const contacts = [await sending.enroll(), await sending.enroll()]
    const [soon, days] = contacts as [EnrolledContact, EnrolledContact]
    clock.passes({ hours: 48 })
    const heal = await refuse('step_runs', `new.portal_id = ${sending.portalId} and new.status = 'done'`)
    await sending.drain()
    await drainOver(sending, 6)
    expect((await sending.runs()).map(({ status }) => status)).toEqual(['held', 'held'])
    await heal()
    const stepRunId = (await runOf(sending, soon))?.id ?? ''
    await resolveStep(sending.deps, person(sending.portalId), { stepRunId, action: 'retry' })
    await sending.drain()
    expect(contacts.map(accepted)).toEqual([1, 0])
    clock.passes({ hours: 30 })
    expect(await retryAll(sending)).toMatchObject({ decided: 1 })
    await sending.drain()
    expect(contacts.map(accepted)).toEqual([1, 0])
    expect(await runOf(sending, days)).toMatchObject({ kind: 'email', status: 'held', heldFor: 'late' })
  },
)

test('trying all again asks about a mail that became late meanwhile, as about every late mail', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await giveUp(sending)
  clock.passes({ hours: 24 })
  expect(await retryAll(sending)).toMatchObject({ decided: 1 })
  await sending.drain()
  expect(accepted(contact)).toBe(0)
  expect(await runOf(sending, contact)).toMatchObject({ status: 'held', heldFor: 'late' })
  await resolveStep(sending.deps, person(sending.portalId), {
    stepRunId: (await runOf(sending, contact))?.id ?? '',
    action: 'retry',
  })
  await sending.drain()
  expect(accepted(contact)).toBe(1)
})

test('a mail that is tried again outside its sending hours waits for them, and is not late by that', async () => {
  const windows = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '09:00', until: '17:00' }))
  const sending = await start({ calendar: { ...ANY_TIME, timeZone: 'UTC', windows } })
  while (clock.read().toZonedDateTimeISO('UTC').hour !== 9) clock.passes({ minutes: 10 })
  const contact = await sending.enroll()
  await giveUp(sending)
  clock.passes({ hours: 3 })
  expect(await retryAll(sending)).toMatchObject({ decided: 1 })
  await drainOver(sending, 12)
  expect(accepted(contact)).toBe(0)
  await drainOver(sending, 6)
  expect(accepted(contact)).toBe(1)
})

test('a mail sent once more that failed asks HubSpot when all are tried again: nobody has looked at its deal', async () => {
  const { sending, contact } = await unconfirmedStep(await start(), server)
  const stepRunId = (await runOf(sending, contact))?.id ?? ''
  await resolveStep(sending.deps, person(sending.portalId), { stepRunId, action: 'resend' })
  await giveUp(sending)
  sending.deals.set(contact.dealId, { pipelineId: 'default', stageId: 'closedlost', deleted: false })
  expect(await retryAll(sending)).toMatchObject({ decided: 1 })
  await sending.drain()
  expect(accepted(contact)).toBe(0)
  expect(await runOf(sending, contact)).toMatchObject({ status: 'canceled' })
})

// The last two: a restore concerns every portal of the database.
test('a mail that a restored backup holds as failed is asked about, whoever tries it again: it may have been sent', async () => {
  const sending = await start()
  const contacts = [await sending.enroll(), await sending.enroll()]
  await giveUp(sending)
  await declareRestore(sending.deps)
  clock.passes({ minutes: 1 })
  const stepRunId = (await runOf(sending, contacts[0] as EnrolledContact))?.id ?? ''
  await resolveStep(sending.deps, person(sending.portalId), { stepRunId, action: 'retry' })
  expect(await retryAll(sending)).toMatchObject({ decided: 1 })
  await sending.drain()
  expect(contacts.map(accepted)).toEqual([0, 0])
  const held = await Promise.all(contacts.map((contact) => runOf(sending, contact)))
  expect(held).toMatchObject(contacts.map(() => ({ status: 'held', heldFor: 'restored' })))
})

test('a mail that a restored backup holds for a missing value is asked about once that is there: it may have been sent', async () => {
  const sending = await start({ steps: [email('one', 'For {{ contact.company }}')] })
  const contact = await sending.enroll()
  await sending.drain()
  const retry = async () => {
    const stepRunId = (await runOf(sending, contact))?.id ?? ''
    await resolveStep(sending.deps, person(sending.portalId), { stepRunId, action: 'retry' })
    await sending.drain()
    return runOf(sending, contact)
  }
  expect(await runOf(sending, contact)).toMatchObject({ status: 'held', heldFor: null })
  clock.passes({ minutes: 1 })
  await declareRestore(sending.deps)
  clock.passes({ minutes: 1 })
  await sending.query(`update contacts set company = 'Acme' where portal_id = ${sending.portalId}`)
  expect(await retry()).toMatchObject({ status: 'held', heldFor: 'restored' })
  expect(accepted(contact)).toBe(0)
  expect(await retry()).toMatchObject({ status: 'sent' })
  expect(accepted(contact)).toBe(1)
})
