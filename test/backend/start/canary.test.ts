import { createHmac } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { useDatabase } from '#test/support/database.ts'
import { PUBLIC_URL, useRealApp } from '#test/support/real-app.ts'
import { makeWorker } from '#worker/tasks.ts'

const PORTAL = 9901
const STATE = { deal: '', contact: '' }
const CANARY = {
  clientSecret: 'canary-client-secret-4711',
  smtpPassword: 'canary-smtp-password-4711',
  senderPassword: 'canary-sender-password-4711',
  mailboxPassword: 'canary-mailbox-password-4711',
  email: 'canary.person@canary-mail.example',
  firstName: 'Canarilla',
  lastName: 'Featherstone',
  phone: '+49 431 5550123',
} as const

const database = useDatabase()
const real = useRealApp(database, {
  sandbox: { clientSecret: CANARY.clientSecret, smtpAuth: { user: 'mailer', pass: CANARY.smtpPassword } },
  smtpUrl: (url) => url.replace('smtp://', `smtp://mailer:${CANARY.smtpPassword}@`),
})
const owner = new pg.Pool({ connectionString: database.url, max: 1 })
afterAll(() => owner.end())

/** Tokens that HubSpot gave, also those it gave on the way. */
const tokens: string[] = []

beforeAll(async () => {
  await real.connects(PORTAL)
  const { sandbox } = real
  tokens.push(sandbox.tokens.refreshToken(PORTAL) ?? '')
  const { email, firstName, lastName, phone } = CANARY
  STATE.contact = sandbox.createContact(PORTAL, { email, firstName, lastName, properties: { phone } })
  STATE.deal = sandbox.createDeal(PORTAL, { name: 'Deal', stageId: 'lead', contactIds: [STATE.contact] })
})

let keys = 0
async function change(method: 'POST' | 'PUT', path: string, body: object): Promise<{ id?: string }> {
  const answer = await real.ask(method, path, {
    portalId: PORTAL,
    body: { ...body, idempotencyKey: `canary-${++keys}` },
  })
  expect([path, answer.body]).toMatchObject([path, { ok: true }])
  return (answer.body?.data ?? {}) as { id?: string }
}

async function works(deps: Deps): Promise<void> {
  const { tasks } = makeWorker(deps, real.requestLog, 0)
  for (const task of tasks) while ((await task.pass()) > 0);
}

async function webhook(event: object): Promise<number> {
  const url = '/webhooks/hubspot'
  const base = { eventId: 1, subscriptionId: 1, portalId: PORTAL, appId: 42, attemptNumber: 0, changeSource: 'CRM_UI' }
  const payload = JSON.stringify([{ ...base, occurredAt: real.deps.clock().epochMilliseconds, ...event }])
  const timestamp = String(real.deps.clock().epochMilliseconds)
  const signature = createHmac('sha256', CANARY.clientSecret).update(`POST${PUBLIC_URL}${url}${payload}${timestamp}`)
  const headers = {
    'content-type': 'application/json',
    'x-hubspot-signature-v3': signature.digest('base64'),
    'x-hubspot-request-timestamp': timestamp,
  }
  return (await real.app.inject({ method: 'POST', url, payload, headers })).statusCode
}

/** Stage change, mail, a refused mail, HubSpot failing with the person in its answer, a renewed token, broken bodies. */
async function plays(): Promise<void> {
  const { sandbox, deps } = real
  await change('POST', '/api/pipelines/refresh', {})
  const steps = [
    { id: 'one', kind: 'email', subject: 'Hello {{ contact.firstname }}', body: 'Hi {{ contact.lastname }}' },
    { id: 'two', kind: 'email', subject: 'Again', body: 'Hi' },
  ]
  const definition = { stopWhenStageLeft: true, steps }
  const { id } = await change('POST', '/api/sequences', { name: 'Canary', definition })
  await change('POST', `/api/sequences/${id}/status`, { action: 'publish' })
  const server = { host: '203.0.113.9', port: 465, tls: 'tls', user: 'rep', password: CANARY.senderPassword }
  const rep = { fromName: 'Rep', replyTo: '', signature: '', dailyCap: 0, rampUp: null, active: true }
  const mailbox = { ...server, host: 'imap.acme.example', port: 993, password: CANARY.mailboxPassword }
  const sender = { ...rep, mailbox, address: 'rep@acme.example', server: { ...server, host: 'smtp.acme.example' } }
  await change('POST', '/api/senders', sender)
  const refused = { ...sender, server, idempotencyKey: 'canary-refused' }
  expect((await real.ask('POST', '/api/senders', { portalId: PORTAL, body: refused })).body).toMatchObject({
    ok: false,
  })
  await change('PUT', '/api/mappings', { pipelineId: 'sales', stageId: 'booked', sequenceId: id, active: true })
  sandbox.moveDeal(PORTAL, STATE.deal, 'booked')
  sandbox.mail.faults.add({ stage: 'rcpt', kind: 'answer', code: 550, after: 1 })
  const moved = { objectId: Number(STATE.deal), objectTypeId: '0-3', propertyName: 'dealstage' }
  const changed = { ...moved, subscriptionType: 'object.propertyChange', propertyValue: 'booked' }
  expect(await webhook(changed)).toBe(204)
  await works(deps)
  expect(sandbox.mail.messages()).toHaveLength(1)

  const body = {
    status: 'error',
    category: 'VALIDATION_ERROR',
    message: `${CANARY.email} is wrong`,
    who: CANARY.lastName,
  }
  sandbox.faults.add({ kind: 'status', status: 400, body, match: { path: '/crm/objects' }, times: 20 })
  expect(await webhook({ ...changed, occurredAt: Date.now() + 5 })).toBe(204)
  await works(deps)
  sandbox.tokens.expire(PORTAL)
  await real.ask('POST', '/api/pipelines/refresh', { portalId: PORTAL, body: { idempotencyKey: 'canary-expired' } })
  tokens.push(sandbox.tokens.refreshToken(PORTAL) ?? '')
  await real.ask('GET', `/api/deals/${STATE.deal}`, { portalId: PORTAL })
  await real.ask('PUT', '/api/sender', { portalId: PORTAL, body: { fromName: CANARY.lastName, surplus: CANARY.email } })
  await real.app.inject({
    method: 'GET',
    url: `/oauth/callback?code=${CANARY.clientSecret}&state=${CANARY.smtpPassword}`,
  })
  await works(deps)
}

test('no secret, address or name gets into the log, the request log, the reasons or the activities', async () => {
  await plays()
  const { rows: grants } = await owner.query<{ n: number }>('select count(*)::int as n from oauth_tokens')
  expect(grants[0]?.n).toBe(1)
  const { accessToken } = real.sandbox.install(PORTAL)
  expect(accessToken.length).toBeGreaterThan(10)

  const places: Record<string, string> = { log: real.logged() }
  for (const [name, query] of [
    ['requests', 'select * from hubspot_requests'],
    ['reasons', 'select reason, reason_code from events'],
    ['decisions', 'select trace from decisions'],
    ['activities', 'select * from activities'],
    ['answers', 'select answer from idempotency_keys'],
    ['senders', 'select * from senders'],
  ] as const) {
    const { rows } = await owner.query(query)
    expect([name, rows.length > 0]).toEqual([name, true])
    places[name] = JSON.stringify(rows)
  }
  expect(places.log).not.toBe('')
  expect(places.requests).toContain('"status":400')

  const canaries = [...Object.values(CANARY), ...tokens, real.config.tokenKeys.map(({ key }) => key.toBase64()).join()]
  expect(canaries.every((canary) => canary.length > 8)).toBe(true)
  for (const [place, text] of Object.entries(places)) {
    for (const canary of canaries) expect([place, canary, text.includes(canary)]).toEqual([place, canary, false])
  }
})

test('a canary in the log would be found', async () => {
  real.deps.log.info({ note: CANARY.lastName }, 'canary released')
  expect(real.logged()).toContain(CANARY.lastName)
  expect(
    await inPortal(real.deps.db, PORTAL, (trx) => trx.selectFrom('contacts').select('lastName').execute()),
  ).toEqual([{ lastName: CANARY.lastName }])
})
