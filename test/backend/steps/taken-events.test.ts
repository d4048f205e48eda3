import { expect, test } from 'vitest'
import { useDatabase } from '#test/support/database.ts'
import { email } from '#test/support/sending.ts'
import { waitFor } from '#test/support/steering.ts'
import { useAskedSteps } from './use-asked-steps.ts'

const database = useDatabase()
const { world, enrolled } = useAskedSteps(database)

type Asked = Awaited<ReturnType<typeof enrolled>>

/** HubSpot has an answer of the contact, of now, in a mailbox that it reads; it counts for the contact and for the deal. */
function answers({ sandbox, portalId, contactId, dealId, clock }: Asked): void {
  const at = clock.read().toString()
  sandbox.updateRecord(portalId, 'contacts', contactId, { hs_sales_email_last_replied: at })
  sandbox.updateRecord(portalId, 'deals', dealId, { hs_sales_email_last_replied: at })
}

const byReply = [
  email('a', 'Interested?'),
  waitFor('w', { event: 'reply', onEvent: 'c' }),
  email('b', 'Still there?'),
  email('c', 'Thanks for the answer'),
]

test('an answer that only HubSpot has is found at the deadline, and stops nothing that it leads to', async () => {
  const set = await enrolled(byReply)
  await set.drain()
  world.passes({ hours: 24 })
  answers(set)
  world.passes({ hours: 48 })
  await set.drain()
  expect((await set.runs())[1]).toMatchObject({ status: 'done', took: 'event' })
  expect(set.subjects()).toEqual(['Interested?', 'Thanks for the answer'])
})

test('an answer after the one that was waited for stops the next mail', async () => {
  const set = await enrolled([...byReply, { id: 'd', kind: 'wait', amount: 1, unit: 'hours' }, email('e', 'One more')])
  await set.drain()
  world.passes({ hours: 1 })
  answers(set)
  world.passes({ hours: 72 })
  await set.drain()
  expect(set.subjects()).toEqual(['Interested?', 'Thanks for the answer'])
  world.passes({ minutes: 30 })
  answers(set)
  world.passes({ minutes: 30 })
  await set.drain()
  expect(set.subjects()).toEqual(['Interested?', 'Thanks for the answer'])
  expect(await set.status()).toMatchObject({ status: 'stopped', stopReason: 'replied' })
})

test('without an answer the wait for one takes the other way', async () => {
  const set = await enrolled(byReply)
  await set.drain()
  world.passes({ hours: 72 })
  await set.drain()
  expect(set.subjects()).toEqual(['Interested?', 'Still there?', 'Thanks for the answer'])
})

test('the meeting that was waited for stops nothing, the next one does', async () => {
  const set = await enrolled([
    waitFor('w', { event: 'meeting' }),
    email('a', 'See you'),
    { id: 'd', kind: 'wait', amount: 1, unit: 'hours' },
    email('b', 'One more'),
  ])
  await set.drain()
  world.passes({ minutes: 5 })
  set.sandbox.bookMeeting(set.portalId, set.contactId)
  world.passes({ minutes: 10 })
  await set.drain()
  expect(set.subjects()).toEqual(['See you'])
  world.passes({ minutes: 30 })
  set.sandbox.bookMeeting(set.portalId, set.contactId)
  world.passes({ minutes: 30 })
  await set.drain()
  expect(set.subjects()).toEqual(['See you'])
  expect(await set.status()).toMatchObject({ status: 'stopped', stopReason: 'meeting_booked' })
})
