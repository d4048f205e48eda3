import { expect, test } from 'vitest'
import { systemIds } from '#core/ids.ts'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { maskBody, maskText } from '#hubspot/mask.ts'
import { createRequestLog, type LoggedRequest } from '#hubspot/request-log.ts'
import { useDatabase } from '#test/support/database.ts'
import { newPortal, TestClock } from '#test/support/deps.ts'

const { db, url } = useDatabase()
const clock = new TestClock()

function entry(portalId: number, more: Partial<LoggedRequest> = {}): LoggedRequest {
  return {
    portalId,
    at: clock.read(),
    method: 'GET',
    path: '/crm/objects/2026-09/deals/1',
    status: 200,
    durationMs: 12.5,
    request: undefined,
    response: { id: '1' },
    error: null,
    ...more,
  }
}

async function countRows(portalId: number): Promise<number> {
  const rows = await inPortal(db, portalId, (trx) =>
    trx.selectFrom('hubspotRequests').where('portalId', '=', portalId).select('id').execute(),
  )
  return rows.length
}

test('lines of several portals are written together, each behind its own wall', async () => {
  const [one, two] = [await newPortal(db, clock), await newPortal(db, clock)]
  const log = createRequestLog({ db, ids: systemIds })
  for (const portalId of [one, two, one]) log.add(entry(portalId))
  expect(await log.flush()).toBe(3)
  expect([await countRows(one), await countRows(two)]).toEqual([2, 1])
  expect(await log.flush()).toBe(0)
})

test('a full batch is written without being asked for', async () => {
  const portalId = await newPortal(db, clock)
  const log = createRequestLog({ db, ids: systemIds, batch: 5 })
  for (let count = 0; count < 5; count++) log.add(entry(portalId))
  await log.flush()
  expect(await countRows(portalId)).toBe(5)
})

test('a database that is away throws at nobody', async () => {
  const nowhere = new URL(url)
  // Nothing listens on the discard port of loopback.
  nowhere.port = '9'
  const away = openDatabase(openPool({ url: nowhere.href, size: 1, role: APP_ROLE, name: 'stagecue-test' }))
  const log = createRequestLog({ db: away, ids: systemIds, batch: 5 })
  for (let count = 0; count < 12; count++) log.add(entry(1))
  expect(await log.flush()).toBe(0)
  await away.destroy()
})

test.each([
  ['mail to ada@example.com failed', 'mail to ••• failed'],
  [
    '/crm/objects/2026-09/contacts/ada%40example.com?idProperty=email',
    '/crm/objects/2026-09/contacts/•••?idProperty=email',
  ],
  ['call +49 (30) 1234-567 now', 'call ••• now'],
  [`Bearer ${'a'.repeat(300)}`, 'Bearer •••'],
  ['na1-0f3c8f60-7a1b-4c3d-9e2f-1a2b3c4d5e6f', '•••'],
  ['correlationId 0f3c8f60-7a1b-4c3d-9e2f-1a2b3c4d5e6f', 'correlationId 0f3c8f60-7a1b-4c3d-9e2f-1a2b3c4d5e6f'],
])('"%s" is shown as "%s"', (text, shown) => {
  expect(maskText(text)).toBe(shown)
})

test('a body keeps its keys, ids and flags and loses what people wrote', () => {
  const body = {
    inputs: [{ id: '15360101', idProperty: 'email' }, { id: 'ada@example.com' }],
    properties: ['email', 'firstname'],
    results: [
      { properties: { email: 'ada@example.com', dealname: 'Robots for Ada', dealstage: 'closedwon' }, archived: false },
    ],
  }
  expect(JSON.parse(maskBody(body) ?? '')).toEqual({
    inputs: [{ id: '15360101', idProperty: 'email' }, { id: '•••' }],
    properties: ['email', 'firstname'],
    results: [{ properties: { email: '•••', dealname: '•••', dealstage: 'closedwon' }, archived: false }],
  })
})

test('a large body is cut to four kilobytes', () => {
  const results = Array.from({ length: 500 }, (_, index) => ({ id: String(index), note: 'x'.repeat(500) }))
  const text = maskBody({ results, ...Object.fromEntries(results.map(({ id }) => [`property_${id}`, '1'])) }) ?? ''
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096)
  expect(maskBody({ results })).toContain('480 more')
})
