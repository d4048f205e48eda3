import { expect, test } from 'vitest'
import type { Deps } from '#deps'
import { resumeReturned } from '#modules/enrollments/resume-returned.ts'
import { planReturn } from '#modules/inbound/plan-return.ts'
import { receiveMail } from '#modules/inbound/receive-mail.ts'
import { email, type Sending, wait } from '#test/support/sending.ts'
import { useInbound } from './use-inbound.ts'

const { clock, start, mailsTo, answerOf, comesBack } = useInbound()

const day = (text: string) => Temporal.PlainDate.from(text)
const BERLIN = 'Europe/Berlin'

test.each([
  ['back on a Monday', '2026-11-30', BERLIN, '2026-12-01T08:00:00Z'],
  ['until a Friday: on Monday', '2026-11-27', BERLIN, '2026-11-30T08:00:00Z'],
  ['back on a Saturday: on Monday', '2026-11-28', BERLIN, '2026-11-30T08:00:00Z'],
  ['summer time', '2027-06-30', BERLIN, '2027-07-01T07:00:00Z'],
  ['the other side of the world', '2026-11-30', 'Pacific/Auckland', '2026-11-30T20:00:00Z'],
  ['a zone nobody knows', '2026-11-30', 'Mars/Olympus', '2026-12-01T09:00:00Z'],
  ['no zone', '2026-11-30', null, '2026-12-01T09:00:00Z'],
  ['no day that can be read: the third business day', undefined, BERLIN, '2026-11-26T08:00:00Z'],
])('%s', (_name, returnDate, timeZone, expected) => {
  const receivedAt = Temporal.Instant.from('2026-11-23T09:00:00Z')
  const absence = { returnDate: returnDate ? day(returnDate) : undefined, receivedAt, timeZone }
  expect(planReturn(absence).toString()).toBe(expected)
})

test('without a day a weekend is not counted', () => {
  const receivedAt = Temporal.Instant.from('2026-11-26T23:30:00Z')
  // In Berlin it is Friday already.
  const until = planReturn({ returnDate: undefined, receivedAt, timeZone: BERLIN })
  expect(until.toString()).toBe('2026-12-02T08:00:00Z')
})

const today = () => clock.read().toZonedDateTimeISO(BERLIN).toPlainDate()
const stateOf = async (sending: Sending, enrollmentId: string) => {
  const [row] = await sending.query<{
    status: string
    pauseReason: string | null
    pausedUntil: Temporal.Instant | null
    pausedRemaining: number | null
  }>(
    `select status, pause_reason, paused_until, paused_remaining from enrollments where portal_id = ${sending.portalId} and id = '${enrollmentId}'`,
  )
  return row
}
const resumes = (sending: Sending) => resumeReturned(sending.deps satisfies Deps, sending.portalId - 1)
const goTo = (moment: Temporal.Instant) => clock.passes(clock.read().until(moment))

async function mailed() {
  const sending = await start({ steps: [email('one'), wait('w', 2), email('two', '')] })
  const contact = await sending.enroll()
  await sending.drain()
  return { sending, contact }
}

test('out of office pauses until after the return, and then the sequence goes on by itself', async () => {
  const { sending, contact } = await mailed()
  const returnDate = today().add({ days: 20 })
  const until = planReturn({ returnDate, receivedAt: clock.read(), timeZone: BERLIN })
  await comesBack(sending, contact, 'away', { returnDate })
  expect(await stateOf(sending, contact.enrollmentId)).toMatchObject({
    status: 'paused',
    pauseReason: 'out_of_office',
    pausedUntil: until,
    pausedRemaining: 48 * 3_600_000,
  })
  expect(await sending.activities()).toEqual(expect.arrayContaining(['contact.away', 'enrollment.paused']))
  goTo(until.subtract({ seconds: 1 }))
  expect(await resumes(sending)).toBeUndefined()
  goTo(until)
  expect(await resumes(sending)).toEqual({ portalId: sending.portalId, handled: 1 })
  expect(await stateOf(sending, contact.enrollmentId)).toMatchObject({ status: 'active', pausedUntil: null })
  expect((await sending.runs(contact.enrollmentId)).at(-1)).toMatchObject({
    status: 'scheduled',
    why: expect.stringMatching(/^The contact is back\. .*Waits the remaining 2 days\.$/),
  })
  expect(await resumes(sending)).toBeUndefined()
  clock.passes({ hours: 48 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(2)
})

test('a later notice prolongs the pause, an earlier one does not shorten it', async () => {
  const { sending, contact } = await mailed()
  const first = today().add({ days: 10 })
  const later = today().add({ days: 30 })
  const until = planReturn({ returnDate: later, receivedAt: clock.read(), timeZone: BERLIN })
  for (const returnDate of [first, later, first]) await comesBack(sending, contact, 'away', { returnDate })
  expect(await stateOf(sending, contact.enrollmentId)).toMatchObject({ pausedUntil: until })
  goTo(until.subtract({ hours: 24 }))
  // The lane of the first pause comes round, and waits on.
  await resumes(sending)
  expect(await stateOf(sending, contact.enrollmentId)).toMatchObject({ status: 'paused' })
  goTo(until)
  await resumes(sending)
  expect(await stateOf(sending, contact.enrollmentId)).toMatchObject({ status: 'active' })
})

test('a pause of a person is not ended by a return', async () => {
  const { sending, contact } = await mailed()
  await sending.steer(contact, 'pause')
  await comesBack(sending, contact, 'away', { returnDate: today().add({ days: 3 }) })
  expect(await stateOf(sending, contact.enrollmentId)).toMatchObject({
    pauseReason: 'paused_by_user',
    pausedUntil: null,
  })
  clock.passes({ hours: 24 * 30 })
  await resumes(sending)
  expect(await stateOf(sending, contact.enrollmentId)).toMatchObject({ status: 'paused' })
})

test('a person may resume earlier, and the day of return then changes nothing', async () => {
  const { sending, contact } = await mailed()
  await comesBack(sending, contact, 'away', { returnDate: today().add({ days: 5 }) })
  await sending.steer(contact, 'resume')
  clock.passes({ hours: 48 })
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(2)
  clock.passes({ hours: 24 * 12 })
  const before = await sending.activities()
  await resumes(sending)
  expect(await sending.activities()).toEqual(before)
})

test('a notice that is read after the return changes nothing', async () => {
  const { sending, contact } = await mailed()
  const receivedAt = clock.read()
  const { raw } = await answerOf(contact, 'away', { returnDate: today().add({ days: 1 }) })
  clock.passes({ hours: 24 * 7 })
  await receiveMail(sending.deps, { raw: Buffer.from(raw), receivedAt, source: 'imap' })
  expect(await stateOf(sending, contact.enrollmentId)).toMatchObject({ status: 'active' })
  expect(await sending.activities()).not.toContain('contact.away')
})

test('a reply ends a sequence that waits for the return', async () => {
  const { sending, contact } = await mailed()
  await comesBack(sending, contact, 'away', { returnDate: today().add({ days: 5 }) })
  await comesBack(sending, contact, 'reply')
  clock.passes({ hours: 24 * 14 })
  await resumes(sending)
  expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'stopped', stopReason: 'replied' })
})

test('two workers let a sequence go on once', async () => {
  const { sending, contact } = await mailed()
  await comesBack(sending, contact, 'away', { returnDate: today().add({ days: 5 }) })
  clock.passes({ hours: 24 * 14 })
  await Promise.all([resumes(sending), resumes(sending), resumes(sending)])
  expect((await sending.activities()).filter((kind) => kind === 'enrollment.resumed')).toHaveLength(1)
})
