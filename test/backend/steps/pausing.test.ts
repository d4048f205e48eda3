import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { headerDate } from '#mail/header-date.ts'
import { pauseRunning } from '#modules/enrollments/pause-running.ts'
import { claimDueRuns } from '#modules/steps/claim-due-runs.ts'
import { releasePausedSteps } from '#modules/steps/release-paused-steps.ts'
import { email, wait } from '#test/support/sending.ts'
import { set, useSending } from './use-sending.ts'

const { db, server, clock, start, mailsTo } = useSending({ timeoutMs: 2_000 })

test('a step of a paused sequence stays planned and goes out when the sequence is resumed', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await set(sending, 'sequences', "status = 'paused'")
  await sending.drain()
  clock.passes({ hours: 30 })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.runs()).toMatchObject([
    { status: 'scheduled', why: 'The sequence is paused; the mail goes out when it is resumed.' },
  ])
  await set(sending, 'sequences', "status = 'active'")
  await inPortal(db, sending.portalId, (trx) =>
    releasePausedSteps(sending.deps, trx, sending.portal, sending.sequenceId),
  )
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a paused enrollment gets nothing; resumed, it goes on to its end', async () => {
  const sending = await start({ steps: [wait('w', 1, 'hours'), email('one'), wait('x', 1, 'hours'), email('two', '')] })
  const contact = await sending.enroll()
  await sending.steer(contact, 'pause')
  clock.passes({ hours: 2 })
  expect(await sending.drain()).toBe(0)
  await sending.steer(contact, 'resume')
  clock.passes({ minutes: 59 })
  expect(await sending.drain()).toBe(0)
  clock.passes({ minutes: 1 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  await sending.steer(contact, 'pause')
  await sending.steer(contact, 'resume')
  clock.passes({ hours: 1 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(2)
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed' })
})

test('a pause between the claim and the content stops the mail, and a resume sends it at once', async () => {
  const sending = await start({ steps: [email('one'), wait('w', 1, 'hours')] })
  const contact = await sending.enroll()
  let paused = false
  server.before('data', async () => {
    if (!paused) await sending.steer(contact, 'pause')
    paused = true
  })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.runs()).toMatchObject([{ status: 'canceled', why: 'Paused by a person.' }])
  await sending.steer(contact, 'resume')
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  expect((await sending.runs()).map((run) => run.status)).toEqual(['sent', 'scheduled'])
})

test('a mail that was refused for now and then paused for weeks is filled and dated anew', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  server.fault('rcpt', { kind: 'reply', text: '451 4.3.0 not now' })
  await sending.drain()
  await sending.steer(contact, 'pause')
  clock.passes({ hours: 24 * 14 })
  await set(sending, 'contacts', "first_name = 'Grace'")
  await sending.steer(contact, 'resume')
  server.fault('rcpt', { kind: 'reply', text: '451 4.3.0 not now' })
  await sending.drain()
  const dated = `Date: ${headerDate(clock.read())}`
  clock.passes({ minutes: 2 })
  // From then on a later try is the same mail again.
  await set(sending, 'contacts', "first_name = 'Joan'")
  await sending.drain()
  const [mail, ...more] = mailsTo(contact.email)
  expect(more).toEqual([])
  expect(mail?.raw).toContain('Hi Grace')
  expect(mail?.raw).toContain(dated)
})

test('a step that a pause took out of a worker’s hands says whose pause it was', async () => {
  const outOfOffice = { reason: 'out_of_office', until: clock.read().add({ hours: 48 }) } as const
  for (const steps of [[email('one')], [wait('w', 1, 'hours')]]) {
    const sending = await start({ steps })
    const { enrollmentId } = await sending.enroll()
    clock.passes({ hours: 1 })
    await claimDueRuns(sending.deps, sending.portalId)
    await inPortal(db, sending.portalId, (trx) =>
      pauseRunning(sending.deps, trx, sending.portal, enrollmentId, outOfOffice),
    )
    clock.passes({ minutes: 3 })
    await sending.drain()
    expect(await sending.runs()).toMatchObject([{ status: 'canceled', why: 'The contact is out of office.' }])
  }
})

test('a wait that a worker had in hand when its enrollment was paused ends after the resume', async () => {
  const sending = await start({ steps: [wait('w', 1, 'hours'), email('one')] })
  const contact = await sending.enroll()
  clock.passes({ hours: 1 })
  await claimDueRuns(sending.deps, sending.portalId)
  await sending.steer(contact, 'pause')
  clock.passes({ minutes: 3 })
  await sending.drain()
  expect(await sending.runs()).toMatchObject([{ status: 'canceled' }])
  await sending.steer(contact, 'resume')
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})
