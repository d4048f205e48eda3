import { expect, test } from 'vitest'
import type { Step } from '#shared/contract/sequence.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'
import { email, type Sending } from '#test/support/sending.ts'
import { branch, exit, waitFor } from '#test/support/steering.ts'
import { BODY, useClicks } from './use-clicks.ts'

const { clock, start, follow, mailOf, judges } = useClicks()

const CLICKED: StepCondition = { subject: 'click', operator: 'has' }
const WAITING: Step[] = [
  email('one', 'Hello', BODY),
  waitFor('click', { event: 'click', onEvent: 'two', onTimeout: 'end' }),
  email('two', 'You had a look', 'Hello again'),
]

async function mailed(steps: Step[]) {
  const sending = await start({ steps })
  const contact = await sending.enroll()
  await sending.drain()
  clock.passes({ minutes: 5 })
  return { sending, contact, ...(await mailOf(contact)) }
}

/** Which steps ran, and how they ended. */
async function told(sending: Sending): Promise<string[]> {
  const rows = await sending.query<{ told: string }>(
    `select step_id || ' ' || status as told from step_runs where portal_id = ${sending.portalId} order by position`,
  )
  return rows.map((row) => row.told)
}

test('a person’s click moves an enrollment on that waits for one, and only once', async () => {
  const { sending, links } = await mailed(WAITING)
  expect(await told(sending)).toEqual(['one sent', 'click scheduled'])
  await follow(links[0] ?? '')
  await judges(sending)
  await sending.drain()
  expect(await told(sending)).toEqual(['one sent', 'click done', 'two sent'])
  clock.passes({ minutes: 5 })
  await follow(links[1] ?? '')
  await judges(sending)
  await sending.drain()
  expect(await told(sending)).toEqual(['one sent', 'click done', 'two sent'])
})

test('what a mail filter follows moves nothing on, and the wait ends at its deadline', async () => {
  const { sending, contact, links } = await mailed(WAITING)
  await follow(links[0] ?? '')
  await follow(links[1] ?? '')
  await judges(sending)
  await sending.drain()
  expect(await told(sending)).toEqual(['one sent', 'click scheduled'])
  clock.passes({ hours: 72 })
  await sending.drain()
  expect(await told(sending)).toEqual(['one sent', 'click done'])
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed' })
})

test('a click from before the wait began counts, and a branch knows of it', async () => {
  const steps = [
    email('one', 'Hello', BODY),
    { id: 'pause', kind: 'wait', amount: 1, unit: 'days' } as const,
    branch('asked', 'yes', 'no', CLICKED),
    exit('no', 'Did not look'),
    waitFor('yes', { event: 'click', onEvent: 'two', onTimeout: 'end' }),
    email('two', 'You had a look', 'Hello again'),
  ]
  const { sending, links } = await mailed(steps)
  await follow(links[0] ?? '')
  await judges(sending)
  clock.passes({ hours: 24 })
  await sending.drain()
  expect(await told(sending)).toEqual(['one sent', 'pause done', 'asked done', 'yes done', 'two sent'])
})
