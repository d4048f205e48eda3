import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { inPortal } from '#db/in-portal.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { useDatabase } from '#test/support/database.ts'
import { TestClock } from '#test/support/deps.ts'
import { email, type Sending, startSending, wait } from '#test/support/sending.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'

const { db } = useDatabase()
const server = new SmtpServer()
const clock = new TestClock()
const slow = { ms: 0 }
let mailer: Mailer

beforeAll(async () => {
  await server.start()
  mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate, timeoutMs: 2_000 })
})
afterEach(() => server.clear())
afterAll(async () => {
  await mailer.close()
  await server.stop()
})

/** A mail server at which every mail takes `slow.ms` of the test's clock. */
const slowMailer: Mailer = {
  send: async (mail, gate) => {
    const outcome = await mailer.send(mail, gate)
    clock.passes({ milliseconds: slow.ms })
    return outcome
  },
  check: () => mailer.check(),
  close: () => mailer.close(),
}

async function start(steps = [email('one')]) {
  slow.ms = 0
  return startSending({ db, clock, mailer: slowMailer, steps })
}

const readAgo = (sending: Sending, milliseconds: number, stageId = 'proposal') => {
  const readAt = clock.read().subtract({ milliseconds })
  return sending.query(
    `update deals set read_at = '${readAt}', stage_id = '${stageId}' where portal_id = ${sending.portalId}`,
  )
}
const mailsTo = (address: string) => server.accepted.filter((mail) => mail.recipients.includes(address))

test('a stage that HubSpot named within the last half second is not asked for again', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await readAgo(sending, 499)
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  expect(sending.hubspot.asked).toBe(0)
})

test('that stage decides: a deal that was read outside the stage gets no mail', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await readAgo(sending, 400, 'closedlost')
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'stage_left' })
})

test.each([
  ['older than half a second', 500],
  ['by a clock that is ahead', -1],
])('a reading %s is repeated', async (_what, age) => {
  const sending = await start()
  const contact = await sending.enroll()
  await readAgo(sending, age)
  sending.deals.set(contact.dealId, { pipelineId: 'default', stageId: 'closedlost', deleted: false })
  await sending.drain()
  expect(sending.hubspot.asked).toBe(1)
  expect(mailsTo(contact.email)).toEqual([])
})

test('news of the deal that nobody has handled yet makes even the youngest reading worthless', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const neighbor = await sending.enroll()
  await readAgo(sending, 0)
  await inPortal(db, sending.portalId, (trx) =>
    wakeLane(trx, sending.portalId, 'events', `deal:${contact.dealId}`, clock.read()),
  )
  sending.deals.set(contact.dealId, { pipelineId: 'default', stageId: 'closedlost', deleted: false })
  await sending.drain()
  expect(sending.hubspot.asked).toBe(1)
  expect(mailsTo(contact.email)).toEqual([])
  expect(mailsTo(neighbor.email)).toHaveLength(1)
})

test('a mail whose turn comes late in a slow batch is asked about again, and stopped when the deal has moved', async () => {
  const sending = await start()
  const contacts = []
  for (let count = 0; count < 30; count++) contacts.push(await sending.enroll())
  slow.ms = 300
  // Ten mails are on their way at a time: these few seconds later the rest of the batch is too old.
  await sending.drain(1)
  const early = contacts.filter((contact) => mailsTo(contact.email).length > 0)
  expect(early.length).toBeGreaterThanOrEqual(10)
  expect(early.length).toBeLessThan(30)
  const late = contacts.filter((contact) => mailsTo(contact.email).length === 0)
  for (const { dealId } of late) {
    sending.deals.set(dealId, { pipelineId: 'default', stageId: 'closedlost', deleted: false })
  }
  slow.ms = 0
  await sending.drain()
  expect(sending.hubspot.asked).toBe(2)
  for (const { email } of late) expect(mailsTo(email)).toEqual([])
  for (const { email } of early) expect(mailsTo(email)).toHaveLength(1)
})

test('a step after a wait is asked about: the reading of the entry is long past', async () => {
  const sending = await start([email('one'), wait('pause', 1, 'hours'), email('two')])
  const contact = await sending.enroll()
  await readAgo(sending, 0)
  await sending.drain()
  clock.passes({ hours: 1 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(2)
  expect(sending.hubspot.asked).toBe(1)
})
