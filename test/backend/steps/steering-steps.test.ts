import { expect, test } from 'vitest'
import { getSequenceNumbers } from '#modules/numbers/get-sequence-numbers.ts'
import { claimDueRuns } from '#modules/steps/claim-due-runs.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { settleRuns } from '#modules/steps/settle-runs.ts'
import { useInbound } from '#test/backend/inbound/use-inbound.ts'
import { email, wait } from '#test/support/sending.ts'
import { exit, goTo, variants, waitFor } from '#test/support/steering.ts'
import { pass, set } from './use-sending.ts'

const { clock, start, mailsTo, comesBack } = useInbound()

const subjectsTo = (address: string) => mailsTo(address).map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw)?.[1])

test('a jump leaves out what lies between, and an end completes with its reason, all in one pass', async () => {
  const sending = await start({
    steps: [goTo('g', 'b'), email('a', 'Left out'), email('b', 'Sent'), exit('x', 'Enough said'), email('c', 'Never')],
  })
  const contact = await sending.enroll()
  expect((await pass(sending))?.handled).toBe(2)
  await pass(sending)
  expect(subjectsTo(contact.email)).toEqual(['Sent'])
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed', stepPosition: 3 })
  expect(await sending.query('select completed_why from enrollments')).toContainEqual({
    completedWhy: 'Ended at step 4: Enough said',
  })
  expect((await sending.runs()).map(({ position, status }) => [position, status])).toEqual([
    [0, 'done'],
    [2, 'sent'],
    [3, 'done'],
  ])
})

test('an end as the last step keeps its reason too', async () => {
  const sending = await start({ steps: [email('a'), exit('x', 'Nothing more to say')] })
  await sending.enroll()
  await sending.drain()
  expect(
    await sending.query(`select status, completed_why from enrollments where portal_id = ${sending.portalId}`),
  ).toEqual([{ status: 'completed', completedWhy: 'Ended at step 2: Nothing more to say' }])
})

test('a reply moves on an enrollment that waits for it, and ends it anywhere else', async () => {
  const steps = [
    email('a'),
    waitFor('w', { onEvent: 'c', onTimeout: 'next' }),
    email('b', 'Silent'),
    email('c', 'Thanks'),
  ]
  const sending = await start({ steps })
  const [waits, other] = [await sending.enroll(), await sending.enroll()]
  await sending.drain()
  expect(await comesBack(sending, waits, 'reply')).toBe('handled')
  await sending.drain()
  expect(subjectsTo(waits.email)).toEqual(['Hello', 'Thanks'])
  expect(await sending.enrollment(waits.enrollmentId)).toMatchObject({ status: 'completed' })
  expect((await sending.runs(waits.enrollmentId))[1]).toMatchObject({ status: 'done', why: 'The contact replied.' })
  expect(await sending.activities()).toContain('step.steered')

  clock.passes({ hours: 72 })
  await sending.drain()
  expect(subjectsTo(other.email)).toEqual(['Hello', 'Silent', 'Thanks'])
  expect((await sending.runs(other.enrollmentId))[1]?.why).toBe('No reply came within 3 days.')

  const plain = await start({ steps: [email('a'), wait('w', 3), email('b')] })
  const stopped = await plain.enroll()
  await plain.drain()
  await comesBack(plain, stopped, 'reply')
  expect(await plain.enrollment(stopped.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'replied' })
})

test('the reply of one contact still does to the others what the sequence says', async () => {
  const sending = await start({ steps: [email('a'), waitFor('w'), email('b')], onReply: 'stop_others' })
  const [one, two] = [await sending.enroll(), await sending.enroll()]
  await set(sending, 'enrollments', `deal_id = '${one.dealId}'`)
  await sending.drain()
  await comesBack(sending, one, 'reply')
  expect(await sending.enrollment(one.enrollmentId)).toMatchObject({ status: 'active', stepPosition: 2 })
  expect(await sending.enrollment(two.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'other_replied' })
})

test('a paused wait for a reply keeps what is left of it, and a reply meanwhile counts', async () => {
  const sending = await start({
    steps: [email('a'), waitFor('w', { onEvent: 'c' }), email('b', 'Silent'), email('c', 'Thanks')],
  })
  const [silent, answers] = [await sending.enroll(), await sending.enroll()]
  await sending.drain()
  clock.passes({ hours: 24 })
  for (const contact of [silent, answers]) await sending.steer(contact, 'pause')
  await comesBack(sending, answers, 'reply')
  const left = await sending.query<{ pausedRemaining: number | null }>(
    `select paused_remaining from enrollments where portal_id = ${sending.portalId} order by paused_remaining`,
  )
  expect(left).toEqual([{ pausedRemaining: 48 * 3_600_000 }, { pausedRemaining: null }])
  clock.passes({ hours: 24 * 10 })
  expect(await sending.drain()).toBe(0)
  for (const contact of [silent, answers]) await sending.steer(contact, 'resume')
  await sending.drain()
  expect(subjectsTo(answers.email)).toEqual(['Hello', 'Thanks'])
  expect(subjectsTo(silent.email)).toEqual(['Hello'])
  clock.passes({ hours: 47 })
  expect(await sending.drain()).toBe(0)
  clock.passes({ hours: 1 })
  await sending.drain()
  expect(subjectsTo(silent.email)).toEqual(['Hello', 'Silent', 'Thanks'])
})

test('a worker that died with a steering step in hand loses nothing, and two at once do it once', async () => {
  const sending = await start({ steps: [goTo('g', 'b'), email('a', 'Left out'), email('b', 'Sent')] })
  const contacts = await Promise.all(Array.from({ length: 20 }, () => sending.enroll()))
  expect((await claimDueRuns(sending.deps, sending.portalId, 5)).runs).toHaveLength(5)
  await Promise.all([1, 2, 3].map(() => sendDueSteps(sending.deps, sending.portalId - 1, sending.deps.readSendFacts)))
  clock.passes({ minutes: 3 })
  await Promise.all([1, 2].map(() => sendDueSteps(sending.deps, sending.portalId - 1, sending.deps.readSendFacts)))
  await sending.drain()
  for (const contact of contacts) expect(subjectsTo(contact.email)).toEqual(['Sent'])
  const runs = await sending.runs()
  expect(runs).toHaveLength(40)
  expect(runs.every(({ status }) => status === 'done' || status === 'sent')).toBe(true)
})

test('a worker whose claim was taken by a reply settles nothing', async () => {
  const sending = await start({
    steps: [email('a'), waitFor('w', { onEvent: 'c' }), email('b', 'Silent'), email('c', 'Thanks')],
  })
  const contact = await sending.enroll()
  await sending.drain()
  clock.passes({ hours: 72 })
  const claim = await claimDueRuns(sending.deps, sending.portalId)
  const [run] = claim.runs
  if (run?.kind !== 'wait_for') throw new Error('the wait was not claimed')
  await comesBack(sending, contact, 'reply')
  const outcome = { kind: 'moved_on', leadsTo: 'next', why: 'No reply came.' } as const
  await settleRuns(sending.deps, sending.portal, [{ run, outcome }])
  await sending.drain()
  expect(subjectsTo(contact.email)).toEqual(['Hello', 'Thanks'])
})

test('a steering step of a paused sequence waits for it, and what follows is not late by that', async () => {
  const sending = await start({ steps: [goTo('g', 'next'), email('a')] })
  const contact = await sending.enroll()
  await set(sending, 'sequences', "status = 'paused'")
  await sending.drain()
  clock.passes({ hours: 24 * 3 })
  await sending.drain()
  expect((await sending.runs())[0]).toMatchObject({
    status: 'scheduled',
    why: 'The sequence is paused; this step is done when it is resumed.',
  })
  await set(sending, 'sequences', "status = 'active'")
  clock.passes({ minutes: 5 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a mail behind a steering step is as late as the wait before it', async () => {
  const sending = await start({ steps: [wait('w', 1, 'hours'), goTo('g', 'next'), email('a')] })
  const contact = await sending.enroll()
  clock.passes({ hours: 24 * 4 })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect((await sending.runs()).at(-1)).toMatchObject({ status: 'held', why: expect.stringMatching(/too late/) })
})

test('variants are drawn per contact, always the same way, and the mail remembers which', async () => {
  const sending = await start({ steps: [variants('one')] })
  const contacts = await Promise.all(Array.from({ length: 40 }, () => sending.enroll()))
  await sending.drain()
  const drawn = await sending.query<{ enrollmentId: string; variant: string; subject: string }>(
    `select enrollment_id, variant, subject from deliveries where portal_id = ${sending.portalId}`,
  )
  expect(drawn).toHaveLength(40)
  for (const { enrollmentId, variant, subject } of drawn) {
    expect(subject).toBe(`Subject ${variant.toUpperCase()}`)
    const contact = contacts.find((each) => each.enrollmentId === enrollmentId)
    expect(subjectsTo(contact?.email ?? '')).toEqual([subject])
  }
  const share = drawn.filter(({ variant }) => variant === 'a').length
  expect(share).toBeGreaterThan(8)
  expect(share).toBeLessThan(32)

  const answers = contacts.find(({ enrollmentId }) => enrollmentId === drawn[0]?.enrollmentId)
  if (answers) await comesBack(sending, answers, 'reply')
  clock.passes({ hours: 1 })
  const numbers = await getSequenceNumbers(sending.deps, sending.portal, sending.sequenceId, {})
  const line = (variantId: string, letter: string, sent: number) => ({
    ...{ stepId: 'one', variantId, label: `E-mail 1, variant ${letter}: Subject ${letter}`, sent, delivered: sent },
    ...{ replied: variantId === drawn[0]?.variant ? 1 : 0, unsubscribed: 0 },
  })
  expect(numbers.variants).toEqual([line('a', 'A', share), line('b', 'B', 40 - share)])
})

test('a target that is gone waits for a person, and skipping goes on with the step below', async () => {
  const sending = await start({ steps: [goTo('g', 'gone'), email('a')] })
  const contact = await sending.enroll()
  await sending.drain()
  const [held] = await sending.runs()
  const why = 'The step this one leads to is missing from its sequence version. Skip it.'
  expect(held).toMatchObject({ status: 'held', why })
  await resolveStep(sending.deps, sending.portal, { stepRunId: held?.id ?? '', action: 'skip' })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})
