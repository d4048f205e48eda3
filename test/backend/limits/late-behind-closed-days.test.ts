import { expect, test } from 'vitest'
import { pass, useSending } from '#test/backend/steps/use-sending.ts'
import { email, wait } from '#test/support/sending.ts'

const { clock, start, accepted } = useSending()

const OFFICE = {
  timeZone: 'Europe/Berlin',
  windows: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', until: '17:00' })),
  businessDays: [1, 2, 3, 4, 5],
  holidays: null,
  ownDays: [],
}

const goTo = (moment: string) =>
  clock.passes({ milliseconds: Temporal.Instant.from(moment).epochMilliseconds - clock.read().epochMilliseconds })

test('a mail behind a wait that ends on a weekend goes out when its hours begin, and is late only after them', async () => {
  goTo('2026-11-27T15:00:00Z')
  const steps = [email('one'), wait('pause', 1), email('two')]
  const sending = await start({ steps, calendar: OFFICE })
  const [onTime, tooLate] = [await sending.enroll(), await sending.enroll()]
  await sending.drain()
  // Saturday, 16:00: the wait is over, and no mail may go until Monday.
  goTo('2026-11-28T15:00:00Z')
  await pass(sending)
  goTo('2026-11-30T08:00:00Z')
  await sending.query(`update step_runs set due_at = due_at + interval '26 hours' where portal_id = ${sending.portalId}
    and enrollment_id = '${tooLate.enrollmentId}' and status = 'scheduled'`)
  await sending.drain()
  expect([accepted(onTime), accepted(tooLate)]).toEqual([2, 1])
  goTo('2026-12-01T10:00:00Z')
  await sending.drain()
  expect(accepted(tooLate)).toBe(1)
  expect((await sending.runs(tooLate.enrollmentId)).at(-1)).toMatchObject({ status: 'held', heldFor: 'late' })
})

test('a wait that a worker noticed days later leaves the mail behind it late', async () => {
  goTo('2026-12-04T08:00:00Z')
  const sending = await start({ steps: [email('one'), wait('pause', 2, 'hours'), email('two')], calendar: OFFICE })
  const contact = await sending.enroll()
  await sending.drain()
  goTo('2026-12-07T09:00:00Z')
  await sending.drain()
  expect(accepted(contact)).toBe(1)
  expect((await sending.runs(contact.enrollmentId)).at(-1)).toMatchObject({ status: 'held', heldFor: 'late' })
})
