import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { claimDueRuns } from '#modules/steps/claim-due-runs.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { email, wait } from '#test/support/sending.ts'
import { laneOf, set, useSending } from './use-sending.ts'

const { clock, start, mailsTo } = useSending({ timeoutMs: 2_000 })

test('an enrolled contact gets the mail once, with its values, from the portal’s sender, and the sequence completes', async () => {
  const sending = await start({
    steps: [email('one', 'For {{ contact.firstname }}', 'Hi {{ contact.firstname }}, about {{ deal.name }}.')],
  })
  const contact = await sending.enroll()
  expect(await sending.drain()).toBe(1)
  const [mail, ...more] = mailsTo(contact.email)
  expect(more).toEqual([])
  const parsed = await PostalMime.parse(mail?.raw ?? '')
  expect(parsed.subject).toBe('For Ada')
  expect(parsed.text).toContain('Hi Ada, about Engines.')
  expect(parsed.from).toEqual({
    name: `portal-${sending.portalId}.example`,
    address: `sales-${sending.portalId}@mail.example.com`,
  })
  expect(parsed.replyTo?.[0]?.address).toBe('admin@example.com')
  expect(mail?.from).toMatch(/^bounces\+[a-z2-7]{52}@mail\.example\.com$/)
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed' })
  expect(await sending.runs()).toMatchObject([{ status: 'sent', why: 'The mail server accepted it.' }])
  expect(await sending.deliveries()).toMatchObject([{ status: 'accepted', response: '250 2.0.0 stored' }])
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.sent', 'enrollment.completed'])
  expect(await laneOf(sending)).toEqual([])
})

test('waits take their time: each mail goes out when the wait before it is over, not earlier', async () => {
  const sending = await start({
    steps: [email('a'), wait('w', 2, 'days'), email('b', ''), wait('x', 1, 'hours'), email('c', 'New topic')],
  })
  const contact = await sending.enroll()
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  expect((await laneOf(sending))[0]?.dueAt.epochMilliseconds).toBe(clock.read().add({ hours: 48 }).epochMilliseconds)
  clock.passes({ hours: 47, minutes: 59 })
  expect(await sending.drain()).toBe(0)
  clock.passes({ minutes: 1 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(2)
  clock.passes({ hours: 1 })
  await sending.drain()
  const mails = await Promise.all(mailsTo(contact.email).map((mail) => PostalMime.parse(mail.raw)))
  expect(mails.map((mail) => mail.subject)).toEqual(['Hello', 'Hello', 'New topic'])
  expect(mails[1]?.inReplyTo).toBe(mails[0]?.messageId)
  expect(mails[1]?.references).toBe(mails[0]?.messageId)
  expect(mails[2]?.inReplyTo).toBeUndefined()
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed', stepPosition: 4 })
  expect((await sending.runs()).map((run) => run.status)).toEqual(['sent', 'done', 'sent', 'done', 'sent'])
})

test('of what is due at the same moment the enrollments that began first are taken first, batch after batch', async () => {
  const sending = await start()
  const contacts = [await sending.enroll(), await sending.enroll(), await sending.enroll(), await sending.enroll()]
  const began = contacts.map(({ enrollmentId }) => enrollmentId)
  // Planned once more in another order, as by retries and windows.
  for (const id of [began[3], began[2], began[1], began[0]]) {
    await set(sending, 'step_runs', `due_at = due_at + interval '1 hour'`, `enrollment_id = '${id}'`)
  }
  clock.passes({ hours: 1 })
  const taken: string[][] = []
  for (let batch = 0; batch < 2; batch++) {
    const { runs } = await claimDueRuns(sending.deps, sending.portalId, 2)
    taken.push(runs.map(({ enrollmentId }) => enrollmentId))
  }
  expect(taken).toEqual([began.slice(0, 2), began.slice(2)])
})

test('a portal that is not connected is not worked for', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await set(sending, 'installations', "status = 'inactive'")
  expect(await sending.drain()).toBe(0)
  expect(mailsTo(contact.email)).toEqual([])
  await set(sending, 'installations', "status = 'connected'")
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('one pass takes at most a hundred steps and the next portal comes before the rest', async () => {
  const big = await start()
  for (let i = 0; i < 105; i++) await big.enroll()
  const small = await start()
  const contact = await small.enroll()
  const first = await sendDueSteps(big.deps, big.portalId - 1, big.deps.readSendFacts)
  expect(first).toEqual({ portalId: big.portalId, handled: 100 })
  expect(await sendDueSteps(small.deps, big.portalId, small.deps.readSendFacts)).toEqual({
    portalId: small.portalId,
    handled: 1,
  })
  expect(mailsTo(contact.email)).toHaveLength(1)
  expect(await sendDueSteps(big.deps, small.portalId, big.deps.readSendFacts)).toBeUndefined()
  expect(await sendDueSteps(big.deps, big.portalId - 1, big.deps.readSendFacts)).toEqual({
    portalId: big.portalId,
    handled: 5,
  })
  expect(await sendDueSteps(big.deps, big.portalId - 1, big.deps.readSendFacts)).toBeUndefined()
}, 60_000)
