import { expect, test } from 'vitest'
import { email, wait } from '#test/support/sending.ts'
import { useSending } from './use-sending.ts'

const { server, clock, start, mailsTo } = useSending({ timeoutMs: 2_000 })

test('a mail server that is down costs no attempt and is asked once per batch; when it is back all go out once', async () => {
  const sending = await start()
  const contacts = await Promise.all(Array.from({ length: 30 }, () => sending.enroll()))
  await server.stop()
  try {
    await sending.drain()
    const runs = await sending.runs()
    expect(runs.every((run) => run.status === 'scheduled' && run.attempts === 0)).toBe(true)
    expect(runs[0]?.why).toMatch(/^The mail server could not be used \(127\.0\.0\.1:\d+: .*\); trying again at /)
  } finally {
    await server.start()
  }
  const connections = server.connections
  server.fault('greet', { kind: 'reply', text: '421 not now' }, { times: 1000 })
  clock.passes({ minutes: 2 })
  await sending.drain()
  expect(server.connections - connections).toBeLessThanOrEqual(10)
  server.clear()
  clock.passes({ hours: 1 })
  await sending.drain()
  for (const contact of contacts) expect(mailsTo(contact.email)).toHaveLength(1)
  expect((await sending.deliveries()).every((delivery) => delivery.status === 'accepted')).toBe(true)
})

test('a refusal for now is tried again with growing pauses, the same mail each time, and in the end waits for a person', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault('rcpt', { kind: 'reply', text: '451 4.7.1 greylisted' }, { times: 1000 })
  const pauses: number[] = []
  for (let attempt = 1; attempt <= 6; attempt++) {
    await sending.drain()
    const [run] = await sending.runs()
    if (run?.status !== 'scheduled') break
    expect(run.attempts).toBe(attempt)
    expect(run.why).toContain('The mail server said “451 4.7.1 greylisted”; trying again at ')
    pauses.push(Math.round(run.dueAt.since(clock.read()).total('minutes')))
    clock.passes({ minutes: 1 + (pauses.at(-1) ?? 0) })
  }
  expect(pauses).toEqual([1, 6, 34, 135, 405])
  expect(await sending.runs()).toMatchObject([{ status: 'failed', why: expect.stringContaining('refused it 6 times') }])
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await sending.deliveries()).toMatchObject([{ status: 'refused', response: '451 4.7.1 greylisted' }])
  expect(mailsTo(contact.email)).toEqual([])
})

test('greylisting once means one mail, with the Message-ID it had', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault('dot', { kind: 'reply', text: '450 4.2.0 try later' })
  await sending.drain()
  const [before] = await sending.deliveries()
  clock.passes({ minutes: 5 })
  await sending.drain()
  expect(mailsTo(contact.email).map((mail) => mail.messageId)).toEqual([before?.messageId])
  expect((await sending.runs()).map((run) => run.status)).toEqual(['sent'])
})

test('an address that does not exist ends the enrollment and is not written to again', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault('rcpt', { kind: 'reply', text: '550 5.1.1 no such user' })
  await sending.drain()
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({
    status: 'stopped',
    stopReason: 'address_rejected',
  })
  expect(await sending.query(`select reason, address from suppressions where portal_id = ${sending.portalId}`)).toEqual(
    [{ reason: 'bounced', address: contact.email }],
  )
  expect(await sending.runs()).toMatchObject([
    { status: 'failed', why: expect.stringContaining('550 5.1.1 no such user') },
  ])
})

test.each([
  ['550 5.7.1 blocked by policy', 'rcpt'],
  ['552 5.2.2 mailbox full', 'rcpt'],
  ['554 5.7.1 spam', 'dot'],
  ['550 5.1.1 no such user', 'dot'],
] as const)('“%s” at %s is not the address’s fault: the step waits for a person', async (text, stage) => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault(stage, { kind: 'reply', text })
  await sending.drain()
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await sending.runs()).toMatchObject([{ status: 'failed', why: `The mail server refused it: “${text}”.` }])
  expect(await sending.query(`select * from suppressions where portal_id = ${sending.portalId}`)).toEqual([])
  clock.passes({ hours: 100 })
  expect(await sending.drain()).toBe(0)
})

test('a mail whose answer was lost is unconfirmed, counts as sent for the timing, and is never sent again on its own', async () => {
  const sending = await start({ steps: [email('one'), wait('w', 1, 'days'), email('two')] })
  const contact = await sending.enroll()
  server.fault('dot', { kind: 'reset' })
  await sending.drain()
  expect(await sending.runs()).toMatchObject([{ status: 'unconfirmed' }, { status: 'scheduled', position: 1 }])
  expect(await sending.activities()).toEqual(['enrollment.started', 'step.unconfirmed'])
  clock.passes({ hours: 24 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(2)
  expect((await sending.deliveries()).map((delivery) => delivery.status)).toEqual(['unconfirmed', 'accepted'])
})
