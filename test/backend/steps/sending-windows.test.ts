import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { headerDate } from '#mail/header-date.ts'
import { allowSending } from '#modules/limits/allow-sending.ts'
import { stopSending } from '#modules/limits/stop-sending.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { ANY_TIME } from '#shared/any-time.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import { email, wait } from '#test/support/sending.ts'
import { set, useSending } from './use-sending.ts'

const { db, server, clock, start, mailsTo } = useSending({ timeoutMs: 2_000 })

/** Every day from 09:00 to 17:00 in Berlin. */
const OFFICE: ScheduleCalendar = {
  ...ANY_TIME,
  timeZone: 'Europe/Berlin',
  windows: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '09:00', until: '17:00' })),
}

/** Lets the clock go on to this time of day in Berlin, today or tomorrow. */
function becomes(time: string): void {
  const now = clock.read().toZonedDateTimeISO('Europe/Berlin')
  const today = now.withPlainTime(time)
  const next = Temporal.ZonedDateTime.compare(today, now) > 0 ? today : today.add({ days: 1 })
  clock.passes(now.until(next, { largestUnit: 'hours' }))
}

const dueAt = (run: { dueAt: Temporal.Instant } | undefined) =>
  run?.dueAt.toZonedDateTimeISO('Europe/Berlin').toPlainTime().toString({ smallestUnit: 'minute' })

test('a mail that an outage made late waits for the next opening, and HubSpot is not asked before', async () => {
  becomes('16:00')
  const sending = await start({ calendar: OFFICE })
  const contact = await sending.enroll()
  becomes('22:00')
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect(sending.hubspot.asked).toBe(0)
  const [run] = await sending.runs()
  expect([run?.status, dueAt(run)]).toEqual(['scheduled', '09:00'])
  expect(run?.why).toMatch(
    /^Put off to the next sending window: .*09:00 \(Europe\/Berlin, the sequence's time zone\)\./,
  )
  becomes('09:00')
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a contact without a time zone is mailed in the hours of the deal’s owner', async () => {
  becomes('08:00')
  const sending = await start({ calendar: { ...OFFICE, timeZone: null } })
  const contact = await sending.enroll()
  await sending.query(`insert into owners (portal_id, owner_id, name, archived, time_zone)
    values (${sending.portalId}, '71', 'Bo', false, 'america_slash_new_york')`)
  await set(sending, 'deals', "owner_id = '71'")
  becomes('09:00')
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect(sending.hubspot.asked).toBe(0)
  const [run] = await sending.runs()
  expect(run?.why).toMatch(/^Put off .*09:00 \(America\/New_York, the owner's time zone\)\./)
  becomes('15:00')
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a mail that is days late is not put off to the next opening: it waits for a person, also at night', async () => {
  becomes('16:00')
  const sending = await start({ calendar: OFFICE })
  const contact = await sending.enroll()
  clock.passes({ hours: 24 * 3 })
  becomes('22:00')
  await sending.drain()
  const [run] = await sending.runs()
  expect(run).toMatchObject({ status: 'held', why: expect.stringContaining('is too late') })
  becomes('09:00')
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
})

test('a try that comes after hours because HubSpot was silent is put off, and its count of attempts stays', async () => {
  becomes('16:59')
  const sending = await start({ calendar: OFFICE })
  const contact = await sending.enroll()
  sending.hubspot.fails = () => new AppError('hubspot_unavailable', 'away')
  await sending.drain()
  delete sending.hubspot.fails
  becomes('17:02')
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect((await sending.runs()).map((run) => [run.status, dueAt(run), run.attempts])).toEqual([
    ['scheduled', '09:00', 0],
  ])
})

test('an outage right after two closed days is not taken for one of two days', async () => {
  becomes('16:00')
  const today = clock.read().toZonedDateTimeISO('Europe/Berlin').toPlainDate()
  const ownDays = [1, 2].map((days) => ({ date: today.add({ days }).toString(), name: 'Closed', everyYear: false }))
  const sending = await start({ calendar: { ...OFFICE, ownDays }, steps: [wait('w', 2, 'hours'), email('one')] })
  const contact = await sending.enroll()
  becomes('18:00')
  await sending.drain()
  for (let night = 0; night < 3; night++) becomes('09:00')
  sending.hubspot.fails = () => new AppError('hubspot_unavailable', 'away')
  await sending.drain()
  const [, first] = await sending.runs()
  // Not half an hour later, as after a long outage.
  expect([first?.status, dueAt(first)]).toEqual(['scheduled', '09:01'])
  becomes('09:31')
  await sending.drain()
  expect((await sending.runs())[1]).toMatchObject({ status: 'scheduled' })
  delete sending.hubspot.fails
  server.fault('rcpt', { kind: 'reset' })
  becomes('10:00')
  await sending.drain()
  becomes('10:02')
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a mail that a night or a stop kept back is filled and dated anew when it goes', async () => {
  becomes('16:59')
  const sending = await start({ calendar: OFFICE, steps: [email('one', 'Hello', 'Hi {{ contact.firstname }}')] })
  const contact = await sending.enroll()
  server.fault('rcpt', { kind: 'reply', text: '451 4.3.0 not now' })
  await sending.drain()
  becomes('17:10')
  await sending.drain()
  await set(sending, 'contacts', "first_name = 'Grace'")
  becomes('09:00')
  const stop = { sequenceId: null, cause: 'person' } as const
  server.before('data', async () => {
    server.before('data', undefined)
    await inPortal(db, sending.portalId, (trx) =>
      stopSending(sending.deps, trx, sending.portal, { ...stop, mails: 'all', reason: 'look' }),
    )
  })
  await sending.drain()
  await set(sending, 'contacts', "first_name = 'Joan'")
  becomes('10:00')
  await inPortal(db, sending.portalId, (trx) => allowSending(sending.deps, trx, sending.portal, stop))
  await sending.drain()
  const mails = mailsTo(contact.email)
  expect(mails).toMatchObject([{ raw: expect.stringContaining('Hi Joan') }])
  expect(mails[0]?.raw).toContain(`Date: ${headerDate(clock.read())}`)
})

test('a mail kept back by a paused sequence comes in the window after the resume', async () => {
  becomes('10:00')
  const sending = await start({ calendar: OFFICE })
  const contact = await sending.enroll()
  await set(sending, 'sequences', "status = 'paused'")
  await sending.drain()
  await set(sending, 'sequences', "status = 'active'")
  becomes('20:00')
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  becomes('09:00')
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
})

test('a wait ends at night, and the mail after it waits for the morning', async () => {
  becomes('16:00')
  const sending = await start({ calendar: OFFICE, steps: [wait('w', 6, 'hours'), email('one')] })
  const contact = await sending.enroll()
  becomes('22:00')
  await sending.drain()
  const runs = await sending.runs()
  expect(runs.map((run) => [run.status, dueAt(run)])).toEqual([
    ['done', '22:00'],
    ['scheduled', '09:00'],
  ])
  expect(mailsTo(contact.email)).toEqual([])
})

test('a mail that a person sends once more goes at once, at any hour', async () => {
  becomes('16:00')
  const sending = await start({ calendar: OFFICE })
  const contact = await sending.enroll()
  server.fault('dot', { kind: 'reset' })
  await sending.drain()
  const [lost] = await sending.runs()
  expect(lost?.status).toBe('unconfirmed')
  becomes('23:00')
  await resolveStep(sending.deps, sending.portal, { stepRunId: lost?.id ?? '', action: 'resend' })
  await sending.drain()
  expect((await sending.runs()).map((run) => run.status)).toEqual(['unconfirmed', 'sent'])
  expect(mailsTo(contact.email)).toHaveLength(2)
})

test('a held mail that is tried again keeps its window', async () => {
  becomes('10:00')
  const sending = await start({ calendar: OFFICE })
  const contact = await sending.enroll({ email: null })
  await sending.drain()
  const [held] = await sending.runs()
  expect(held?.status).toBe('held')
  await set(sending, 'contacts', "email = 'found@example.com'")
  becomes('21:00')
  await resolveStep(sending.deps, sending.portal, { stepRunId: held?.id ?? '', action: 'retry' })
  await sending.drain()
  const [again] = await sending.runs()
  expect([again?.status, dueAt(again)]).toEqual(['scheduled', '09:00'])
  expect(again?.why).toMatch(/^Tried again by worker\. .* is outside the sending windows\./)
  expect(contact.email).toBe('')
})

test('a calendar that never opens holds the mail, when it is planned and when it is due', async () => {
  becomes('10:00')
  const sending = await start({ calendar: { ...OFFICE, windows: [] } })
  const contact = await sending.enroll()
  const why = 'No sending window opens for 400 days. Check the sending windows, holidays and days off.'
  expect(await sending.runs()).toMatchObject([{ status: 'held', why }])
  await set(sending, 'step_runs', "status = 'scheduled', why = 'Planned by an older version.'")
  await sending.query(
    `insert into lanes (portal_id, kind, key, due_at) values (${sending.portalId}, 'steps', '', '${clock.read()}')`,
  )
  await sending.drain()
  expect(await sending.runs()).toMatchObject([{ status: 'held', why }])
  expect(mailsTo(contact.email)).toEqual([])
})
