import { expect, test } from 'vitest'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { capOn } from '#modules/senders/cap-on.ts'
import { saveDomain } from '#modules/senders/save-domain.ts'
import { pass } from '#test/backend/steps/use-sending.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { type Office, useSenders } from './use-senders.ts'

const { url, clock, house, opens } = useSenders()

/** An office whose only other sender has this cap, owns every deal and sends by the installation's server. */
async function capped(given: { dailyCap: number; rampUp?: { start: number; step: number } }): Promise<Office> {
  const office = await opens()
  await office.hires('ada', { rampUp: null, ...given })
  await office.hasOwner('71', 'ada@acme.example')
  return office
}

async function enrolls(office: Office, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await office.enrolls('71')
}

const sent = async ({ sending }: Office) =>
  (await sending.deliveries()).filter(({ status }) => status === 'accepted').length

test('what is over a mailbox’s cap waits for the next day and names the mailbox and the time', async () => {
  const office = await capped({ dailyCap: 2 })
  await enrolls(office, 5)
  await office.works()
  expect(await sent(office)).toBe(2)
  const waiting = (await office.sending.runs()).filter(({ status }) => status === 'scheduled')
  expect(waiting.map(({ why }) => why).toSorted()).toEqual([
    'Waits until 2026-11-24 00:00 (Europe/Berlin): 2 mails a day from ada@acme.example.',
    'Waits until 2026-11-24 00:00 (Europe/Berlin): 2 mails a day from ada@acme.example.',
    'Waits until 2026-11-25 00:00 (Europe/Berlin): 2 mails a day from ada@acme.example.',
  ])
  // Another mailbox has room.
  await office.enrolls(null)
  await office.works()
  expect(await sent(office)).toBe(3)
  clock.passes({ hours: 24 })
  await office.works()
  expect(await sent(office)).toBe(5)
  clock.passes({ hours: 24 })
  await office.works()
  expect(await sent(office)).toBe(6)
})

test('a mailbox that is ramped up sends more each day, until its cap, and nothing is dropped or late', async () => {
  const office = await capped({ dailyCap: 4, rampUp: { start: 1, step: 2 } })
  await enrolls(office, 12)
  const days = [1, 3, 4, 4]
  let total = 0
  for (const more of days) {
    await office.works()
    total += more
    expect(await sent(office)).toBe(total)
    clock.passes({ hours: 24 })
  }
})

test('the cap of a day counts from the portal’s own midnight', () => {
  const rampSince = Temporal.Instant.from('2026-11-23T22:30:00Z')
  const ramp = { dailyCap: 10, rampStart: 2, rampStep: 3, rampSince }
  const on = (moment: string, zone: string | null = 'Europe/Berlin') => capOn(ramp, Temporal.Instant.from(moment), zone)
  expect(on('2026-11-23T22:59:00Z')).toBe(2)
  expect(on('2026-11-23T23:00:00Z')).toBe(5)
  expect(on('2026-11-23T23:59:00Z', null)).toBe(2)
  expect(on('2026-12-23T12:00:00Z')).toBe(10)
  expect(on('2026-11-20T12:00:00Z')).toBe(2)
  expect(capOn({ ...ramp, dailyCap: null }, rampSince, null)).toBeNull()
})

test('all mailboxes of a domain keep its cap together', async () => {
  const office = await opens()
  for (const [name, ownerId] of [
    ['ada', '71'],
    ['bob', '72'],
  ] as const) {
    await office.hires(name)
    await office.hasOwner(ownerId, `${name}@acme.example`)
  }
  const domain = { domain: 'acme.example', dailyCap: 3, idempotencyKey: newKey() }
  await saveDomain(office.deps, person(office.sending.portalId), domain)
  for (const ownerId of ['71', '72', '71', '72', null]) await office.enrolls(ownerId)
  await office.works()
  expect(await sent(office)).toBe(4)
  const [waiting] = (await office.sending.runs()).filter(({ status }) => status === 'scheduled')
  expect(waiting?.why).toContain('3 mails a day from acme.example')
})

test('two workers at the cap never send more than it allows, with no other limit to wait under', async () => {
  const office = await capped({ dailyCap: 25 })
  await enrolls(office, 60)
  const before = house.accepted.length
  const other = openDatabase(openPool({ url, size: 10, role: APP_ROLE, name: 'second-worker' }))
  try {
    const workers = [office.deps, { ...office.deps, db: other }]
    // Both claim, then both count: the lanes alone would not keep them apart.
    house.before('mail', async () => void (await pass(office.sending, workers[1])))
    for (let round = 0; round < 4; round++) await Promise.all(workers.map((deps) => pass(office.sending, deps)))
  } finally {
    await other.destroy()
    house.clear()
  }
  expect(house.accepted.length - before).toBe(25)
  const waiting = (await office.sending.runs()).filter(({ status }) => status === 'scheduled')
  expect(waiting).toHaveLength(35)
  expect(waiting.every(({ why }) => why.includes('25 mails a day from ada@acme.example'))).toBe(true)
})
