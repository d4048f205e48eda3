import { expect, test } from 'vitest'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { saveRules } from '#modules/limits/save-rules.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import type { SendingRules } from '#shared/contract/limits.ts'
import { pass, set, useSending } from '#test/backend/steps/use-sending.ts'
import { newKey } from '#test/support/configured-portal.ts'
import { email, type Sending, wait } from '#test/support/sending.ts'

const { url, server, clock, start, accepted } = useSending()

const save = (sending: Sending, rules: Partial<SendingRules>) =>
  saveRules(sending.deps, sending.portal, {
    ...{ contactHours: 0, companyMinutes: 0, portalPerDay: 0, sensibleHours: 24 },
    ...rules,
    idempotencyKey: newKey(),
  })

/** Puts the contacts of a portal on one deal, as colleagues of one company. */
async function areColleagues(sending: Sending, dealId: string): Promise<void> {
  await set(sending, 'enrollments', `deal_id = '${dealId}'`)
}

test('a second mail within the contact’s day waits, says which limit and until when, and goes out then', async () => {
  const sending = await start({ steps: [email('one'), wait('w', 2, 'hours'), email('two')] })
  await save(sending, { contactHours: 24 })
  const contact = await sending.enroll()
  await sending.drain()
  const firstAt = clock.read()
  clock.passes({ hours: 2 })
  await sending.drain()
  expect(accepted(contact)).toBe(1)
  const [, , second] = await sending.runs()
  expect(second?.status).toBe('scheduled')
  // The minute of the mail counts as a whole.
  expect(second?.why).toMatch(
    /^Waits until 2026-11-24 \d\d:\d\d \(Europe\/Berlin\): 1 mail in 1 day to this contact\.$/,
  )
  expect(second?.dueAt.since(firstAt).total('hours')).toBeGreaterThanOrEqual(24)
  clock.passes({ hours: 22, minutes: 1 })
  await sending.drain()
  expect(accepted(contact)).toBe(2)
})

test('two workers at once never send more than the account’s day allows, and nothing is dropped', async () => {
  const sending = await start()
  await save(sending, { portalPerDay: 25 })
  const contacts = []
  for (let i = 0; i < 60; i++) contacts.push(await sending.enroll())
  const sentBefore = server.accepted.length
  const other = openDatabase(openPool({ url, size: 10, role: APP_ROLE, name: 'second-worker' }))
  try {
    const workers = [sending.deps, { ...sending.deps, db: other }]
    // Both claim, then both count: the lanes alone would not keep them apart.
    server.before('mail', async () => void (await pass(sending, workers[1])))
    for (let round = 0; round < 4; round++) await Promise.all(workers.map((deps) => pass(sending, deps)))
  } finally {
    await other.destroy()
    server.clear()
  }
  expect(server.accepted.length - sentBefore).toBe(25)
  const waiting = (await sending.runs()).filter((run) => run.status === 'scheduled')
  expect(waiting).toHaveLength(35)
  expect(waiting.every((run) => run.why.includes('25 mails a day from this HubSpot account'))).toBe(true)
  for (let day = 0; day < 3; day++) {
    clock.passes({ hours: 24 })
    await sending.drain()
  }
  expect(contacts.map(accepted)).toEqual(contacts.map(() => 1))
})

test('mails to a company in a deal keep their distance, those to another company do not wait', async () => {
  const sending = await start()
  await save(sending, { companyMinutes: 10 })
  const colleagues = [await sending.enroll(), await sending.enroll(), await sending.enroll()]
  const stranger = await sending.enroll({ email: 'someone@elsewhere.example' })
  await areColleagues(sending, colleagues[0]?.dealId ?? '')
  await sending.drain()
  const sent = () => colleagues.map(accepted).reduce((sum, one) => sum + one, 0)
  expect([sent(), accepted(stranger)]).toEqual([1, 1])
  clock.passes({ minutes: 11 })
  await sending.drain()
  expect(sent()).toBe(2)
  clock.passes({ minutes: 11 })
  await sending.drain()
  expect(colleagues.map(accepted)).toEqual([1, 1, 1])
})

test('each sequence has its own day, and a domain its own hour', async () => {
  const sending = await start()
  await save(sending, { sequencePerDay: 2, domainPerHour: 1 })
  const contacts = [
    await sending.enroll({ email: 'one@narrow.example' }),
    await sending.enroll({ email: 'two@narrow.example' }),
  ]
  const elsewhere = await sending.enroll({ email: 'three@elsewhere.example' })
  await sending.drain()
  expect([...contacts, elsewhere].map(accepted)).toEqual([1, 0, 1])
  const waiting = (await sending.runs(contacts[1]?.enrollmentId))[0]
  expect(waiting?.why).toMatch(/: (1 mail an hour to addresses at narrow\.example|2 mails a day from this sequence)\.$/)
  clock.passes({ hours: 2 })
  await sending.drain()
  expect(contacts.map(accepted)).toEqual([1, 0])
  expect((await sending.runs(contacts[1]?.enrollmentId))[0]?.why).toContain('2 mails a day from this sequence')
  clock.passes({ hours: 24 })
  await sending.drain()
  expect(contacts.map(accepted)).toEqual([1, 1])
})

test('waiting for a limit for days does not make a mail late', async () => {
  const sending = await start()
  await save(sending, { portalPerDay: 1 })
  const contacts = [await sending.enroll(), await sending.enroll(), await sending.enroll(), await sending.enroll()]
  for (let day = 0; day < 5; day++) {
    await sending.drain()
    clock.passes({ hours: 24 })
  }
  expect(contacts.map(accepted)).toEqual([1, 1, 1, 1])
})

test('a mail that a rep sends once more does not wait for a limit', async () => {
  const sending = await start()
  await save(sending, { contactHours: 24 })
  const contact = await sending.enroll()
  server.fault('dot', { kind: 'close' })
  await sending.drain()
  const [run] = await sending.runs()
  expect(run?.status).toBe('unconfirmed')
  await resolveStep(sending.deps, sending.portal, { stepRunId: run?.id ?? '', action: 'resend' })
  await sending.drain()
  // The first did arrive, only nobody here could know.
  expect(accepted(contact)).toBe(2)
  expect((await sending.runs()).map((each) => each.status)).toEqual(['unconfirmed', 'sent'])
})
