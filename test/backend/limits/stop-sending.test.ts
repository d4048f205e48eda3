import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { allowSending } from '#modules/limits/allow-sending.ts'
import { listStops } from '#modules/limits/list-stops.ts'
import { type SendingStop, stopSending } from '#modules/limits/stop-sending.ts'
import { pauseSequence } from '#modules/sequences/pause-sequence.ts'
import { pass, useSending } from '#test/backend/steps/use-sending.ts'
import { email, type Sending, wait } from '#test/support/sending.ts'

const { db, server, clock, start, accepted } = useSending()

const REASON = 'the wrong list was imported.'
const WAITS = `Sending is stopped: ${REASON}`

const stopOf = (more: Partial<SendingStop> = {}): SendingStop => ({
  sequenceId: null,
  mails: 'all',
  cause: 'person',
  reason: REASON,
  ...more,
})
const stop = (sending: Sending, more: Partial<SendingStop> = {}) =>
  inPortal(db, sending.portalId, (trx) => stopSending(sending.deps, trx, sending.portal, stopOf(more)))
const allow = (sending: Sending, sequenceId: string | null = null, cause: SendingStop['cause'] = 'person') =>
  inPortal(db, sending.portalId, (trx) => allowSending(sending.deps, trx, sending.portal, { sequenceId, cause }))

/** What a person may press while a batch is under way. */
const SWITCHES: Record<string, (sending: Sending) => Promise<unknown>> = {
  'the portal is stopped': (sending) => stop(sending),
  'the sequence is stopped': (sending) => stop(sending, { sequenceId: sending.sequenceId }),
  'first mails of the sequence are stopped': (sending) =>
    stop(sending, { sequenceId: sending.sequenceId, mails: 'first', cause: 'bounces' }),
  'the sequence is paused': (sending) =>
    inPortal(db, sending.portalId, (trx) => pauseSequence(sending.deps, trx, sending.portal, sending.sequenceId)),
}

test.each(Object.keys(SWITCHES))('when %s in the middle of a batch, no further content begins', async (what) => {
  const sending = await start()
  for (let i = 0; i < 40; i++) await sending.enroll()
  const before = server.bodiesBegun
  let asked = 0
  let begunAtStop = 0
  server.before('data', async () => {
    if (++asked !== 15) return
    await SWITCHES[what]?.(sending)
    begunAtStop = server.bodiesBegun
  })
  await pass(sending)
  server.clear()
  // The mails whose gate was open already: at most those in other workers' hands at that moment.
  expect(server.bodiesBegun - begunAtStop).toBeLessThanOrEqual(9)
  expect(begunAtStop).toBeGreaterThan(before)
  const runs = await sending.runs()
  const sent = runs.filter((run) => run.status === 'sent').length
  expect(sent).toBe(server.bodiesBegun - before)
  expect(runs.filter((run) => run.status === 'scheduled')).toHaveLength(40 - sent)
  expect(sent).toBeLessThan(40)
})

test('what was stopped waits with its reason, costs no call to HubSpot, and goes out once when allowed', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await stop(sending)
  await sending.drain()
  clock.passes({ hours: 5 })
  await sending.drain()
  expect(accepted(contact)).toBe(0)
  expect(sending.hubspot.asked).toBe(0)
  expect(await sending.runs()).toMatchObject([{ status: 'scheduled', why: WAITS, attempts: 0 }])
  expect(await allow(sending)).toBe(true)
  await sending.drain()
  expect(accepted(contact)).toBe(1)
})

test('stopped and allowed again and again, each mail goes out once', async () => {
  const sending = await start()
  const contacts = []
  for (let i = 0; i < 30; i++) contacts.push(await sending.enroll())
  let asked = 0
  server.before('data', async () => {
    if (++asked % 6 === 0) await stop(sending)
  })
  for (let round = 0; round < 20; round++) {
    await sending.drain(3)
    await allow(sending)
  }
  server.clear()
  await sending.drain()
  expect(contacts.map(accepted)).toEqual(contacts.map(() => 1))
})

test('a stop of first mails lets a conversation that has begun go on', async () => {
  const sending = await start({ steps: [email('one'), wait('w', 1, 'hours'), email('two', '')] })
  const begun = await sending.enroll()
  await sending.drain()
  await stop(sending, { mails: 'first', cause: 'bounces' })
  const fresh = await sending.enroll()
  clock.passes({ hours: 1 })
  await sending.drain()
  expect([accepted(begun), accepted(fresh)]).toEqual([2, 0])
})

test('a stop of one sequence does not touch another', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const [other] = await sending.query<{ id: string }>(
    `insert into sequences (portal_id, id, name, status, draft, created_at, updated_at)
      select portal_id, gen_random_uuid(), 'Other', 'active', draft, created_at, updated_at from sequences
      where portal_id = ${sending.portalId} returning id`,
  )
  await stop(sending, { sequenceId: other?.id ?? '' })
  await sending.drain()
  expect(accepted(contact)).toBe(1)
})

test('a person’s stop and the breaker’s stand side by side: both must be lifted', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  await stop(sending)
  await stop(sending, { mails: 'first', cause: 'bounces', reason: 'too many bounced.' })
  await allow(sending)
  await sending.drain()
  expect(accepted(contact)).toBe(0)
  expect(await sending.runs()).toMatchObject([{ why: 'Sending is stopped: too many bounced.' }])
  await allow(sending, null, 'bounces')
  await sending.drain()
  expect(accepted(contact)).toBe(1)
})

test('a stop is made once, lifted once, and remembered', async () => {
  const sending = await start()
  expect(await stop(sending)).toBe(true)
  expect(await stop(sending, { reason: 'again' })).toBe(false)
  expect(await inPortal(db, sending.portalId, (trx) => listStops(trx, sending.portal))).toMatchObject([
    { reason: REASON, stoppedBy: 'worker' },
  ])
  expect(await allow(sending)).toBe(true)
  expect(await allow(sending)).toBe(false)
  expect(await inPortal(db, sending.portalId, (trx) => listStops(trx, sending.portal))).toEqual([])
  expect(await stop(sending, { reason: 'again' })).toBe(true)
  expect(
    await sending.query(
      `select reason, lifted_by from sending_stops where portal_id = ${sending.portalId} order by lifted_at nulls last`,
    ),
  ).toEqual([
    { reason: REASON, liftedBy: 'worker' },
    { reason: 'again', liftedBy: null },
  ])
})

test('another portal’s sequence cannot be stopped, and its stop stops nobody else', async () => {
  const mine = await start()
  const other = await start()
  await expect(stop(mine, { sequenceId: other.sequenceId })).rejects.toMatchObject({ code: 'not_found' })
  await stop(other)
  const contact = await mine.enroll()
  await mine.drain()
  expect(accepted(contact)).toBe(1)
  expect(await allow(mine)).toBe(false)
})
