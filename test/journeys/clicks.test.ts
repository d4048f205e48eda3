import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import type { DealCard } from '#shared/contract/enrollment.ts'
import type { SequenceNumbers } from '#shared/contract/numbers.ts'
import { NORTHWIND_ID } from '#test/sandbox/starting.ts'
import { type Stack, startStack } from '#test/support/stack.ts'
import { newDatabase } from '#test/support/start-env.ts'

const WAIT = { timeout: 60_000, interval: 250 }
const EMAIL = 'ada@clicks.example'

let stack: Stack

beforeAll(async () => {
  const { url } = await newDatabase(inject('postgres').adminUrl)
  stack = await startStack({ databaseUrl: url })
  await stack.connect(NORTHWIND_ID)
  await stack.card(NORTHWIND_ID, 'POST', '/api/pipelines/refresh', { idempotencyKey: 'clicks-pipelines' })
})
afterAll(() => stack.stop())

test('a tracked mail goes out over SMTP, its link leads on, and the card and the numbers know who clicked', async () => {
  const { card, sandbox } = stack
  const body = '<p>Our <a href="https://example.com/offer">offer</a></p>'
  const definition = {
    steps: [{ id: 'one', kind: 'email', subject: 'Hello', body }],
    stopWhenStageLeft: true,
    tracking: { clicks: true, opens: false },
  }
  const sequence = { name: 'Tracked', definition, idempotencyKey: 'clicks-sequence' }
  const { id: sequenceId } = await card<{ id: string }>(NORTHWIND_ID, 'POST', '/api/sequences', sequence)
  const publish = { action: 'publish', idempotencyKey: 'clicks-publish' }
  await card(NORTHWIND_ID, 'POST', `/api/sequences/${sequenceId}/status`, publish)
  const contactId = sandbox.createContact(NORTHWIND_ID, { email: EMAIL, firstName: 'Ada' })
  const stageId = sandbox.state.portals.get(NORTHWIND_ID)?.pipelines[0]?.stages[0]?.id ?? ''
  const dealId = sandbox.createDeal(NORTHWIND_ID, { name: 'Clicks', stageId, contactIds: [contactId] })
  const chosen = { sequenceId, contactIds: [contactId], idempotencyKey: 'clicks-enroll' }
  await card(NORTHWIND_ID, 'POST', `/api/deals/${dealId}/enrollments`, chosen)
  const mail = await vi.waitUntil(
    () => sandbox.mail.messages().find(({ envelopeTo }) => envelopeTo.includes(EMAIL)),
    WAIT,
  )
  expect(mail.text).toContain('https://example.com/offer')
  const link = /href="([^"]+\/l\/[a-z2-7]{53})"/.exec(mail.html)?.[1] ?? ''
  const follow = () => fetch(link, { redirect: 'manual' })

  // As a filter does, while the mail is delivered.
  expect((await follow()).status).toBe(302)
  await systemSleep(11_000)
  const answer = await follow()
  expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://example.com/offer'])
  await vi.waitFor(async () => {
    const { activity } = await card<DealCard>(NORTHWIND_ID, 'GET', `/api/deals/${dealId}`)
    const clicks = activity.map(({ text }) => text).filter((text) => text.includes('clicked'))
    expect(clicks).toEqual(['Ada clicked link 1 of step 1 of Tracked'])
    const numbers = await card<SequenceNumbers>(NORTHWIND_ID, 'GET', `/api/numbers/${sequenceId}`)
    expect(numbers).toMatchObject({ sequence: { sent: 1, clicked: 1, opened: null }, steps: [{ clicked: 1 }] })
  }, WAIT)
}, 120_000)
