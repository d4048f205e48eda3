import { afterAll, expect, test } from 'vitest'
import { TestClock } from '#test/support/deps.ts'
import { apiApp } from './api-app.ts'

const { app, log, call } = apiApp(new TestClock())
afterAll(() => app.close())

test.each([
  'conflict',
  'outdated',
  'template_invalid',
  'installation_revoked',
  'invalid_input',
  'hubspot_rejected',
  'hubspot_unavailable',
  'mail_rejected',
  'mail_unavailable',
])("a verb's %s travels as 200 to the card, and as its own status elsewhere", async (code) => {
  const inside = await call('GET', `/api/refuse/${code}`)
  expect(inside).toMatchObject({ status: 200, body: { ok: false, error: { code, message: 'What to do now.' } } })
  const outside = await call('GET', `/outside/refuse/${code}`)
  expect(outside).toMatchObject({ code, body: { ok: false } })
  expect(outside.status).toBeGreaterThanOrEqual(400)
})

test.each([
  ['not_found', 404],
  ['forbidden', 403],
])('%s is %i everywhere', async (code, status) => {
  expect(await call('GET', `/api/refuse/${code}`)).toMatchObject({ status, code, body: { ok: false } })
  expect(await call('GET', `/outside/refuse/${code}`)).toMatchObject({ status, code, body: { ok: false } })
})

test.each(['ECONNREFUSED', '57P01', '53300', '53100', '08006', '57P03', '55P03'])(
  'the database failing with %s is 503 with a time to come back',
  async (code) => {
    const answer = await call('GET', `/api/refuse/${code}`)
    expect(answer).toMatchObject({ status: 503, code: 'database_unavailable' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  },
)

test('a verb that knows the place in the input says it', async () => {
  const answer = await call('GET', '/api/refuse/placed')
  expect(answer.body.error).toEqual({
    code: 'invalid_input',
    message: 'What to do now.',
    field: 'definition.steps.2.subject',
    requestId: expect.any(String),
  })
})

test('overload says when to come back', async () => {
  const answer = await call('GET', '/api/refuse/overloaded')
  expect(answer).toMatchObject({ status: 503, code: 'overloaded', headers: { 'retry-after': '2' } })
})

test.each(['unexpected', 'internal', '42P01', 'ERR_SOMETHING'])(
  'what nobody expected (%s) is 500 without a detail, and one line in the log with its cause',
  async (code) => {
    const before = log.lines.length
    const answer = await call('GET', `/api/refuse/${code}`)
    expect(answer).toMatchObject({ status: 500, code: 'internal', body: { error: { requestId: expect.any(String) } } })
    expect(JSON.stringify(answer.body)).not.toContain('secret detail')
    expect(log.lines.slice(before)).toMatchObject([
      { level: 'error', fields: { requestId: answer.body.error?.requestId, err: { message: 'secret detail' } } },
    ])
  },
)

test('an address that is not there is a typed 404', async () => {
  for (const path of ['/', '/api/nothing', '/api', '/apiary']) {
    expect(await call('GET', path)).toMatchObject({ status: 404, code: 'not_found', body: { ok: false } })
  }
})

test('a person who looks at an address of ours sees a page, a card never does', async () => {
  const headers = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' }
  const nowhere = await app.inject({ url: '/nowhere', headers })
  expect(nowhere).toMatchObject({ statusCode: 404 })
  expect(nowhere.headers['content-type']).toContain('text/html')
  expect(nowhere.body).toContain('There is nothing here')
  const refused = await app.inject({ url: '/outside/refuse/conflict', headers })
  expect(refused.body).toContain('What to do now.')
  const program = await app.inject({ url: '/nowhere', headers: { accept: 'application/json' } })
  expect(program.json()).toMatchObject({ ok: false, error: { code: 'not_found' } })
})
