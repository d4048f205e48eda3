import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { type CountedKey, countUsage } from '#modules/limits/count-usage.ts'
import { usageKey } from '#modules/limits/limit.ts'
import { pass, useSending } from '#test/backend/steps/use-sending.ts'
import { email, type Sending, wait } from '#test/support/sending.ts'

const { db, server, clock, start } = useSending()

/** How many mails of the last `hours` count against each key. */
async function counts(sending: Sending, wanted: readonly CountedKey[], hours = 24): Promise<Record<string, number>> {
  const now = clock.read()
  const period = { since: now.subtract({ hours }), now }
  const usage = await inPortal(db, sending.portalId, (trx) => countUsage(trx, sending.portalId, wanted, period))
  return Object.fromEntries(
    [...usage].map(([name, counted]) => [name, counted.reduce((sum, { count }) => sum + count, 0)]),
  )
}

const ofPortal = (sending: Sending): CountedKey => ({ scope: 'portal', key: String(sending.portalId) })

test('a mail counts for its portal, sequence, contact, domain, and company in its deal', async () => {
  const sending = await start({ steps: [email('one'), wait('w', 1, 'hours'), email('two', '')] })
  const ada = await sending.enroll({ email: 'ada@one.example' })
  await sending.enroll({ email: 'grace@one.example' })
  await sending.enroll({ email: 'alan@two.example' })
  await sending.drain()
  clock.passes({ hours: 1 })
  await sending.drain()
  const wanted: CountedKey[] = [
    ofPortal(sending),
    { scope: 'sequence', key: sending.sequenceId },
    { scope: 'contact', key: ada.contactId },
    { scope: 'recipient_domain', key: 'one.example' },
    { scope: 'company_in_deal', key: `${ada.dealId} one.example` },
    { scope: 'recipient_domain', key: 'nobody.example' },
  ]
  const names = wanted.map(({ scope, key }) => usageKey(scope, key))
  const told = (numbers: number[]) => Object.fromEntries(numbers.map((count, index) => [names[index], count]))
  expect(await counts(sending, wanted)).toEqual(told([6, 6, 2, 4, 2]))
  // The first mails of an hour ago are exactly one window old.
  expect(await counts(sending, wanted, 1)).toEqual(told([3, 3, 1, 2, 1]))
})

test('mails of one minute are told at the moment of the last of them', async () => {
  const sending = await start()
  const minute = clock.read()
  await sending.enroll()
  await sending.drain()
  clock.passes({ seconds: 20 })
  await sending.enroll()
  await sending.drain()
  const now = clock.read()
  const usage = await inPortal(db, sending.portalId, (trx) =>
    countUsage(trx, sending.portalId, [ofPortal(sending)], { since: minute.subtract({ seconds: 1 }), now }),
  )
  const counted = usage.get(usageKey('portal', String(sending.portalId)))
  expect(counted?.map(({ at, count }) => [at.toString(), count])).toEqual([[now.toString(), 2]])
})

test('a mail on its way counts, one whose worker is gone before the content does not', async () => {
  const sending = await start()
  await sending.enroll()
  const during: Record<string, number>[] = []
  server.before('data', async () => {
    during.push(await counts(sending, [ofPortal(sending)]))
    // As long as a worker that never comes back: nothing of this mail has left.
    clock.passes({ minutes: 3 })
    during.push(await counts(sending, [ofPortal(sending)]))
  })
  await pass(sending)
  expect(during.map((counted) => Object.values(counted))).toEqual([[1], []])
})

test('what the server refused does not count, what it may have taken does', async () => {
  const sending = await start()
  await sending.enroll()
  server.fault('data', { kind: 'reply', text: '451 4.7.0 later' })
  await sending.drain()
  expect(await counts(sending, [ofPortal(sending)])).toEqual({})
  server.fault('dot', { kind: 'reset' })
  clock.passes({ minutes: 3 })
  await sending.drain()
  expect(await sending.deliveries()).toMatchObject([{ status: 'unconfirmed' }])
  expect(Object.values(await counts(sending, [ofPortal(sending)]))).toEqual([1])
})

test('another portal’s mails do not count', async () => {
  const one = await start()
  const other = await start()
  await one.enroll({ email: 'ada@shared.example' })
  await one.drain()
  expect(await counts(other, [ofPortal(one), { scope: 'recipient_domain', key: 'shared.example' }])).toEqual({})
})

test('hours later, mails of a quarter of an hour are told together, at the moment of the last of them', async () => {
  const sending = await start()
  // To the next full hour: quarters are those of the clock.
  const toFullHour = 60 - clock.read().toZonedDateTimeISO('UTC').minute
  clock.passes({ minutes: toFullHour })
  const begin = clock.read().round({ smallestUnit: 'minute', roundingMode: 'floor' })
  for (const pause of [0, 4, 10, 1]) {
    clock.passes({ minutes: pause })
    await sending.enroll()
    await sending.drain()
  }
  const end = clock.read()
  clock.passes({ hours: 3 })
  const usage = await inPortal(db, sending.portalId, (trx) =>
    countUsage(trx, sending.portalId, [ofPortal(sending)], {
      since: begin.subtract({ seconds: 1 }),
      now: clock.read(),
    }),
  )
  const counted = usage.get(usageKey('portal', String(sending.portalId))) ?? []
  expect(counted.map(({ at, count }) => [at.toString(), count]).toSorted()).toEqual([
    [end.subtract({ minutes: 1 }).toString(), 3],
    [end.toString(), 1],
  ])
})
