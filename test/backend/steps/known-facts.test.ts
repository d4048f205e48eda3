import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Mailer } from '#mail/mailer.ts'
import { email, type Sending, wait } from '#test/support/sending.ts'
import { useSending } from './use-sending.ts'

const world = useSending({ timeoutMs: 2_000 })
const { db, clock, mailsTo } = world
const slow = { ms: 0 }

/** A mail server at which every mail takes `slow.ms` of the test's clock. */
const slowMailer: Mailer = {
  send: async (mail, gate) => {
    const outcome = await world.mailer.send(mail, gate)
    clock.passes({ milliseconds: slow.ms })
    return outcome
  },
  check: () => world.mailer.check(),
  close: () => world.mailer.close(),
}

async function start(steps = [email('one')]) {
  slow.ms = 0
  return world.start({ mailer: slowMailer, steps })
}

/** As if a turn had read everything of the portal that long ago. */
async function readAgo(sending: Sending, milliseconds: number, stageId = 'proposal'): Promise<void> {
  const { portalId } = sending
  const readAt = clock.read().subtract({ milliseconds })
  await sending.query(
    `update deals set read_at = '${readAt}', contacts_read_at = '${readAt}', stage_id = '${stageId}' where portal_id = ${portalId}`,
  )
  await sending.query(`update contacts set read_at = '${readAt}' where portal_id = ${portalId}`)
  await sending.query(
    `insert into deal_contacts (portal_id, deal_id, contact_id, seen_at)
     select e.portal_id, e.deal_id, c.contact_id, '${readAt}' from enrollments e
     join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id where e.portal_id = ${portalId}
     on conflict do nothing`,
  )
}

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

test.each([
  ['the contacts of the deal', 'deals set contacts_read_at = null'],
  ['the contact', "contacts set read_at = read_at - interval '1 second'"],
])('when only %s was not read just now, everything is asked', async (_what, change) => {
  const sending = await start()
  const contact = await sending.enroll()
  await readAgo(sending, 0)
  await sending.query(`update ${change} where portal_id = ${sending.portalId}`)
  sending.changes.set(contact.dealId, { onDeal: false })
  await sending.drain()
  expect(sending.hubspot.asked).toBe(1)
  expect(mailsTo(contact.email)).toEqual([])
})

test('news of the deal that nobody has handled yet makes even the youngest reading worthless', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const neighbor = await sending.enroll()
  await readAgo(sending, 0)
  const laneKey = `deal:${contact.dealId}`
  await inPortal(db, sending.portalId, async (trx) => {
    const told = {
      subscriptionType: 'object.propertyChange',
      objectId: contact.dealId,
      dedupeHash: Buffer.from('news'),
    }
    const open = { reasonCode: null, reason: null, payload: '{}', receivedAt: clock.read(), processedAt: null }
    await trx
      .insertInto('events')
      .values({
        portalId: sending.portalId,
        occurredAt: clock.read(),
        ...told,
        laneKey,
        dealId: contact.dealId,
        ...open,
      })
      .execute()
    await wakeLane(trx, sending.portalId, 'events', laneKey, clock.read())
  })
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
