import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Describable, describeActivity } from '#modules/activity/describe-activity.ts'
import { allowByPerson } from '#modules/limits/allow-by-person.ts'
import { getStops } from '#modules/limits/get-stops.ts'
import { useInbound } from '#test/backend/inbound/use-inbound.ts'
import { newKey } from '#test/support/configured-portal.ts'
import { type EnrolledContact, email, type Sending, wait } from '#test/support/sending.ts'

const { server, clock, start, accepted, comesBack, answerOf, receive } = useInbound()

const stopsOf = async (sending: Sending) => (await getStops(sending.deps, sending.portal)).stops
const lift = (sending: Sending, sequenceId: string | null) =>
  allowByPerson(sending.deps, sending.portal, sequenceId, { cause: 'bounces', idempotencyKey: newKey() })

/** So many contacts got their first mail. */
async function mailed(sending: Sending, count: number): Promise<EnrolledContact[]> {
  const contacts = []
  for (let i = 0; i < count; i++) contacts.push(await sending.enroll())
  await sending.drain()
  return contacts
}

/** So many contacts whose address the mail server refuses at once. */
async function refused(sending: Sending, count: number, answer = '550 5.1.1 no such user'): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { email: recipient } = await sending.enroll()
    server.fault('rcpt', { kind: 'reply', text: answer }, { recipient })
  }
  await sending.drain()
}

test('addresses the mail server refuses stop first mails; conversations go on, and an admin lifts it', async () => {
  const sending = await start({ steps: [email('one'), wait('w', 1, 'hours'), email('two', '')] })
  const { sequenceId } = sending
  const begun = await mailed(sending, 60)
  await refused(sending, 5)
  expect(await stopsOf(sending)).toEqual([])
  await refused(sending, 1)
  const reason = '6 of the last 66 mails of this sequence bounced. Check the addresses first.'
  expect(await stopsOf(sending)).toMatchObject([{ sequenceId, mails: 'first', cause: 'bounces', reason }])
  const fresh = await sending.enroll()
  clock.passes({ hours: 1 })
  await sending.drain()
  expect([...new Set(begun.map(accepted))]).toEqual([2])
  expect(accepted(fresh)).toBe(0)
  expect(await sending.runs(fresh.enrollmentId)).toMatchObject([
    { status: 'scheduled', why: `Sending is stopped: ${reason}` },
  ])
  expect(await lineOf(sending, 'sending.stopped')).toBe(
    'First e-mails were stopped for “Proposal follow-up”: 6 of the last 66 mails of this sequence bounced. Check the addresses first',
  )

  expect((await lift(sending, sequenceId)).stops).toEqual([])
  await sending.drain()
  expect(accepted(fresh)).toBe(1)
  // What was looked at does not stop it again.
  clock.passes({ minutes: 1 })
  await refused(sending, 6)
  expect(await stopsOf(sending)).toEqual([])
})

async function lineOf(sending: Sending, kind: string): Promise<string | undefined> {
  const [line] = await sending.query<Describable>(
    `select * from activities where portal_id = ${sending.portalId} and kind = '${kind}'`,
  )
  return line && describeActivity(line)
}

test('reports that come in at the same moment are counted together, and stop it once', async () => {
  const sending = await start()
  const contacts = await mailed(sending, 50)
  const reports = await Promise.all(contacts.slice(0, 4).map((contact) => answerOf(contact, 'bounce')))
  const outcomes = await Promise.all(reports.map(({ raw }) => receive(sending, raw)))
  expect(outcomes).toEqual(['handled', 'handled', 'handled', 'handled'])
  expect(await stopsOf(sending)).toMatchObject([{ reason: expect.stringContaining('4 of the last 50 mails') }])
  expect((await sending.activities()).filter((kind) => kind === 'sending.stopped')).toHaveLength(1)
})

test('a worker that is refused and a report that comes in at the same moment are counted together', async () => {
  const sending = await start()
  const contacts = await mailed(sending, 49)
  for (const contact of contacts.slice(0, 2)) await comesBack(sending, contact, 'bounce')
  const { raw } = await answerOf(contacts[2] as EnrolledContact, 'bounce')
  await Promise.all([refused(sending, 1), receive(sending, raw)])
  expect(await stopsOf(sending)).toMatchObject([{ reason: expect.stringContaining('4 of the last 50 mails') }])
})

test('a mail that comes back twice is one bounce', async () => {
  const sending = await start()
  const contacts = await mailed(sending, 50)
  for (const contact of contacts.slice(0, 2)) {
    for (let i = 0; i < 2; i++) expect(await comesBack(sending, contact, 'bounce')).toBe('handled')
  }
  expect(await stopsOf(sending)).toEqual([])
})

test.each(['5.2.2', '5.7.1', '4.4.1'])('%s says nothing against an address, so it does not count', async (status) => {
  const sending = await start()
  for (const contact of (await mailed(sending, 50)).slice(0, 6)) {
    await comesBack(sending, contact, 'bounce', { status })
  }
  await refused(sending, 6, `550 ${status.replace('4.4.1', '5.7.1')} not for you`)
  expect(await stopsOf(sending)).toEqual([])
})

test('mails of the day before are forgotten', async () => {
  const sending = await start()
  const contacts = await mailed(sending, 50)
  clock.passes({ hours: 25 })
  for (const contact of contacts.slice(0, 10)) await comesBack(sending, contact, 'bounce')
  expect(await stopsOf(sending)).toEqual([])
})

test('many small sequences stop the account, and lifting that begins all counts anew', async () => {
  const sending = await start()
  const contacts = await mailed(sending, 60)
  const other = randomUUID()
  const of = `where portal_id = ${sending.portalId}`
  await sending.query(`insert into sequences (portal_id, id, name, status, version, draft, created_at, updated_at)
    select portal_id, '${other}', 'Other', status, version, draft, created_at, updated_at from sequences ${of}`)
  await sending.query(`insert into sequence_versions (portal_id, sequence_id, version, definition, published_at)
    select portal_id, '${other}', version, definition, published_at from sequence_versions ${of}`)
  const half = contacts.slice(0, 30).map(({ enrollmentId }) => `'${enrollmentId}'`)
  await sending.query(`update enrollments set sequence_id = '${other}' ${of} and id in (${half.join()})`)
  for (const contact of [...contacts.slice(0, 3), ...contacts.slice(-2)]) await comesBack(sending, contact, 'bounce')
  expect(await stopsOf(sending)).toMatchObject([
    { sequenceId: null, reason: '5 of the last 60 mails of this HubSpot account bounced. Check the addresses first.' },
  ])
  await lift(sending, null)
  for (const contact of contacts.slice(10, 13)) await comesBack(sending, contact, 'bounce')
  expect(await stopsOf(sending)).toEqual([])
})
