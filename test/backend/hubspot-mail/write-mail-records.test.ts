import { describe, expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'
import { openMailPortal } from './mail-world.ts'

const database = useDatabase()
const world = useWorld(database)
const open = () => openMailPortal(world, database)
const CREATE = '/emails/batch/create'
const STATUSES = 'select status from mail_records order by queued_at, delivery_id'

test('off is the default: no mail is logged, nor later those sent before', async () => {
  const portal = await open()
  await portal.mails()
  expect(await portal.query('select * from mail_records')).toEqual([])
  await portal.saves({ logMails: true })
  await portal.writes()
  expect(portal.emails()).toEqual([])
})

test('a sent mail becomes one e-mail on its contact and its deal, without the unsubscribe link', async () => {
  const portal = await open()
  await portal.saves({ logMails: true })
  const { email, dealId, contactId } = await portal.mails()
  expect(await portal.writes()).toMatchObject({ records: 1 })
  expect(await portal.writes()).toMatchObject({ records: 0 })
  const [record] = portal.emails()
  expect(portal.emails()).toHaveLength(1)
  const value = (name: string) => record?.properties.get(name) ?? ''
  expect(value('hs_email_subject')).toBe('Hello')
  expect(value('hs_email_direction')).toBe('EMAIL')
  expect(value('hs_email_status')).toBe('SENT')
  expect(JSON.parse(value('hs_email_headers'))).toMatchObject({ to: [{ email }], from: { email: expect.any(String) } })
  expect(value('hs_email_text')).toContain('Hi there.')
  expect(value('hs_email_text')).toContain('(unsubscribe link)')
  expect(value('hs_email_text')).not.toContain('/unsubscribe/')
  const links = world.sandbox.state.portals.get(portal.portalId)?.links
  expect([...(links?.get(`emails:${record?.id}>contacts`)?.keys() ?? [])]).toEqual([contactId])
  expect([...(links?.get(`emails:${record?.id}>deals`)?.keys() ?? [])]).toEqual([dealId])
  expect(await portal.query('select status, email_id from mail_records')).toEqual([
    { status: 'written', emailId: record?.id },
  ])
})

test('several mails are one call', async () => {
  const portal = await open()
  await portal.saves({ logMails: true })
  for (let mail = 0; mail < 3; mail++) await portal.mails()
  expect(await portal.writes()).toMatchObject({ records: 3 })
  expect(portal.calls(CREATE)).toHaveLength(1)
})

test('a lost answer leaves one e-mail or none, never two', async () => {
  const portal = await open()
  await portal.saves({ logMails: true })
  await portal.mails()
  world.sandbox.faults.add({ match: { path: /\/emails\/batch\/create/ }, kind: 'dropAnswer' })
  await portal.writes()
  expect(portal.emails()).toHaveLength(1)
  expect(await portal.query(STATUSES)).toEqual([{ status: 'unknown' }])
  world.passes({ hours: 1 })
  await portal.writes()
  expect(portal.emails()).toHaveLength(1)
  expect(portal.calls(CREATE)).toHaveLength(1)
})

test('a worker that dies during the call leaves it unknown', async () => {
  const portal = await open()
  await portal.saves({ logMails: true })
  await portal.mails()
  const dying: Deps = {
    ...portal.deps,
    hubspot: { ...portal.deps.hubspot, call: () => Promise.reject(new Error('killed')) },
  }
  await expect(portal.writes(dying)).rejects.toThrow('killed')
  expect(await portal.query(STATUSES)).toEqual([{ status: 'sending' }])
  world.passes({ minutes: 10 })
  await portal.writes()
  expect(await portal.query(STATUSES)).toEqual([{ status: 'unknown' }])
  expect(portal.emails()).toEqual([])
})

test('what HubSpot surely did not take waits and is tried again', async () => {
  const portal = await open()
  await portal.saves({ logMails: true })
  await portal.mails()
  const slow = { status: 'error', errorType: 'RATE_LIMIT', policyName: 'DAILY', message: 'limit' }
  const heal = world.sandbox.faults.add({
    match: { path: /\/emails\/batch\/create/ },
    times: Infinity,
    ...{ kind: 'status', status: 429, body: slow, headers: { 'retry-after': '600' } },
  })
  await portal.writes()
  heal()
  expect(await portal.query(STATUSES)).toEqual([{ status: 'pending' }])
  world.passes({ hours: 25 })
  await portal.writes()
  expect(portal.emails()).toHaveLength(1)
})

test('a mail whose contact is gone is refused alone', async () => {
  const portal = await open()
  await portal.saves({ logMails: true })
  const gone = await portal.mails()
  await portal.mails()
  world.sandbox.deleteContact(portal.portalId, gone.contactId)
  await portal.writes()
  expect(portal.emails()).toHaveLength(1)
  const statuses = await portal.query<{ status: string }>(STATUSES)
  expect(statuses.map(({ status }) => status).sort()).toEqual(['refused', 'written'])
})

test.each([
  // All four, the first two, each of these, the other two, and the first of those.
  ['three that HubSpot refuses do not hold up the one behind them', 6, ['refused', 'refused', 'refused', 'written']],
  [
    'when HubSpot refuses all, no mail is to blame and they wait',
    Infinity,
    ['pending', 'pending', 'pending', 'pending'],
  ],
])('%s', async (_name, times, statuses) => {
  const portal = await open()
  await portal.saves({ logMails: true })
  for (let mail = 0; mail < 4; mail++) {
    await portal.mails()
    world.passes({ seconds: 1 })
  }
  const body = { status: 'error', category: 'VALIDATION_ERROR', message: 'No.' }
  world.sandbox.faults.add({ match: { path: /\/emails\/batch\/create/ }, times, kind: 'status', status: 400, body })
  await portal.writes()
  const rows = await portal.query<{ status: string }>(STATUSES)
  expect(rows.map(({ status }) => status)).toEqual(statuses)
})

describe('an answer that is partly a refusal', () => {
  type Answer = { results: { id: string; objectWriteTraceId: string }[] }
  type Inputs = { inputs: { objectWriteTraceId: string }[] }

  /** Two sent mails, and a HubSpot that handles `taken` of them once and whose answer `tells` of the rest. */
  async function partly(
    taken: number,
    tells: (left: string, answer: Answer) => object,
    before: (path: string) => void = () => {},
  ) {
    world.sandbox.faults.clear()
    const portal = await open()
    await portal.saves({ logMails: true })
    await portal.mails()
    world.passes({ seconds: 1 })
    await portal.mails()
    let once = true
    const real = portal.deps.hubspot
    const using: Deps = {
      ...portal.deps,
      hubspot: {
        ...real,
        async call(portalId, call) {
          before(call.path)
          if (!once || !call.path.includes(CREATE)) return real.call(portalId, call)
          once = false
          const { inputs } = call.body as Inputs
          const { body } = await real.call(portalId, { ...call, body: { inputs: inputs.slice(0, taken) } })
          const answer = body as Answer
          return {
            status: 207,
            body: { results: answer.results.slice(0, 1), ...tells(inputs[1]?.objectWriteTraceId ?? '', answer) },
          }
        },
      },
    }
    await portal.writes(using)
    const first = await portal.query<{ status: string }>(STATUSES)
    for (const wait of [{ minutes: 2 }, { minutes: 20 }]) {
      world.passes(wait)
      await portal.writes(using)
    }
    return {
      portal,
      first: first.map(({ status }) => status),
      rows: await portal.query<{ status: string; emailId: string | null }>('select status, email_id from mail_records'),
    }
  }
  const error = (category: string) => (left: string) => ({
    errors: [{ status: 'error', category, message: 'No.', context: { objectWriteTraceId: [left] } }],
  })

  test.each(['VALIDATION_ERROR', 'OBJECT_NOT_FOUND'])('an e-mail with %s is refused for good', async (category) => {
    const { portal, rows } = await partly(1, error(category))
    expect(portal.emails()).toHaveLength(1)
    expect(rows.map(({ status }) => status).sort()).toEqual(['refused', 'written'])
  })

  test.each(['INTERNAL_ERROR', 'RATE_LIMITS', 'MISSING_SCOPES'])(
    'an e-mail with %s is tried again',
    async (category) => {
      const { portal, first, rows } = await partly(1, error(category))
      expect(first.sort()).toEqual(['pending', 'written'])
      expect(rows.map(({ status }) => status)).toEqual(['written', 'written'])
      expect(portal.emails()).toHaveLength(2)
    },
  )

  test.each([
    ['was created all the same is found, and not created twice', 2],
    ['was not created is created later', 1],
  ])('an e-mail of which the answer says nothing and which %s', async (_name, taken) => {
    const { portal, first, rows } = await partly(taken, () => ({}))
    expect(first.sort()).toEqual(['pending', 'written'])
    expect(portal.emails()).toHaveLength(2)
    expect(rows.map(({ emailId }) => emailId).sort()).toEqual(
      portal
        .emails()
        .map(({ id }) => id)
        .sort(),
    )
  })

  test('where HubSpot cannot be asked whether it is there, it is not created', async () => {
    const { portal, rows } = await partly(2, () => {
      world.sandbox.faults.add({ match: { path: /deals.emails.batch.read/ }, kind: 'status', status: 503, times: 6 })
      return {}
    })
    expect(portal.emails()).toHaveLength(2)
    expect(rows.map(({ status }) => status).sort()).toEqual(['pending', 'written'])
  })

  test.each(['installation_revoked', 'misconfigured', 'forbidden'] as const)(
    'where the look ends with %s, it is looked for again and not given up',
    async (code) => {
      let lost = false
      const { portal, rows } = await partly(
        2,
        () => {
          lost = true
          return {}
        },
        (path) => {
          if (!lost || !path.includes('deals/emails')) return
          lost = false
          throw new AppError(code, 'No connection.')
        },
      )
      expect(portal.emails()).toHaveLength(2)
      expect(lost).toBe(false)
      expect(rows.map(({ status }) => status)).toEqual(['written', 'written'])
    },
  )
})
