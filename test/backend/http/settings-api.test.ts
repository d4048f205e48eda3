import fastify from 'fastify'
import { afterAll, expect, test } from 'vitest'
import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import { answerErrors } from '#http/error-handler.ts'
import type { HubSpot } from '#hubspot/hubspot.ts'
import { adminRoutes } from '#modules/admins/routes.ts'
import { dealCardRoutes } from '#modules/deal-card/routes.ts'
import { eventLogRoutes } from '#modules/event-log/routes.ts'
import { getConnection } from '#modules/installations/get-connection.ts'
import { mappingRoutes } from '#modules/mappings/routes.ts'
import { pipelineRoutes } from '#modules/pipelines/routes.ts'
import { requestRoutes } from '#modules/requests/routes.ts'
import { senderRoutes } from '#modules/sender/routes.ts'
import { sequenceRoutes } from '#modules/sequences/routes.ts'
import { settingsRoutes } from '#modules/settings/routes.ts'
import { hasDeal, hasEnrollment, newKey, person, tools, twoMails } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()

const stage = (id: string) => ({ id, label: id.toUpperCase(), displayOrder: 0, metadata: { isClosed: 'false' } })
const hubspot: HubSpot = {
  call: async () => ({ status: 200, body: { results: [{ id: 'sales', label: 'Sales', stages: [stage('booked')] }] } }),
  close: async () => {},
}
const deps = makeDeps({ db, clock, hubspot })
const done = async () => ({ done: true as const })

// As the app mounts them; who asks is set as `verifyRequests` would after checking the signature.
let asking: PortalContext
const app = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } })
app.addHook('onRequest', async (request) => {
  request.portal = asking
})
answerErrors(app, deps, 'api')
await app.register(settingsRoutes, { deps, getConnection, disconnect: done })
await app.register(adminRoutes, { deps })
await app.register(senderRoutes, { deps })
await app.register(pipelineRoutes, { deps })
await app.register(mappingRoutes, { deps })
await app.register(sequenceRoutes, { deps, tools })
await app.register(eventLogRoutes, { deps })
await app.register(requestRoutes, { deps })
await app.register(dealCardRoutes, {
  deps,
  syncDeal: async () => true,
  startSequence: async (_deps, _portal, _dealId, input) => ({
    results: input.contactIds.map((contactId) => ({ contactId, enrolled: true, message: 'Enrolled.' })),
  }),
  resolveStep: done,
})
afterAll(() => app.close())

async function ask(method: 'GET' | 'POST' | 'PUT', url: string, body?: object) {
  const payload = method === 'GET' ? {} : { payload: { idempotencyKey: newKey(), ...body } }
  const answer = await app.inject({ method, url, ...payload })
  return { status: answer.statusCode, ...answer.json() }
}

test('an admin sets a portal up from the first look to a running enrollment', async () => {
  const portalId = await newPortal(db, clock)
  asking = person(portalId)
  expect(await ask('GET', '/settings')).toMatchObject({
    ok: true,
    data: {
      connection: { status: 'connected', portalId },
      access: { mayConfigure: true },
      health: { pendingEvents: 0 },
    },
  })
  expect(await ask('POST', '/pipelines/refresh')).toMatchObject({ ok: true, data: { pipelines: [{ label: 'Sales' }] } })
  expect(await ask('GET', '/pipelines')).toMatchObject({ data: { pipelines: [{ stages: [{ label: 'BOOKED' }] }] } })
  const created = await ask('POST', '/sequences', { name: 'Demo', definition: twoMails })
  expect(created).toMatchObject({ ok: true, data: { status: 'draft', draft: twoMails, fields: tools.fields } })
  const { id, revision } = created.data
  const saved = await ask('PUT', `/sequences/${id}`, { name: 'Demo', definition: twoMails, revision })
  expect(saved).toMatchObject({ ok: true, data: { revision: 2 } })
  expect(await ask('POST', `/sequences/${id}/status`, { action: 'publish' })).toMatchObject({ data: { version: 1 } })
  expect(await ask('GET', `/sequences/${id}`)).toMatchObject({ data: { status: 'active' } })
  expect(await ask('GET', '/sequences')).toMatchObject({ data: { sequences: [{ id, stepCount: 3 }] } })
  const rule = { pipelineId: 'sales', stageId: 'booked' }
  expect(await ask('PUT', '/mappings', { ...rule, sequenceId: id, active: true })).toMatchObject({
    data: { done: true },
  })
  const { data } = await ask('GET', '/mappings')
  expect(data.mappings).toMatchObject([{ ...rule, sequenceName: 'Demo', stageLabel: 'BOOKED', state: 'valid' }])
  const sender = { fromName: 'Ada', replyTo: 'ada@example.com', postalAddress: '' }
  expect(await ask('PUT', '/sender', sender)).toMatchObject({ ok: true, data: sender })
  expect(await ask('GET', '/sender')).toMatchObject({ data: sender })
  expect(await ask('PUT', '/admins', { emails: ['admin@example.com'] })).toMatchObject({ data: { done: true } })
  expect(await ask('GET', '/requests')).toMatchObject({ data: { requests: [] } })
  expect(await ask('GET', '/events?status=dead&userId=7')).toMatchObject({ data: { events: [], next: null } })

  const enrollment = await hasEnrollment(deps, asking, id, await hasDeal(deps, portalId))
  expect(await ask('GET', '/deals/124')).toMatchObject({
    ok: true,
    data: { contacts: [{ enrollments: [{ id: enrollment }] }] },
  })
  expect(await ask('POST', `/enrollments/${enrollment}`, { action: 'pause' })).toMatchObject({ data: { done: true } })
  const started = await ask('POST', '/deals/124/enrollments', { sequenceId: id, contactIds: ['51'] })
  expect(started).toMatchObject({ data: { results: [{ enrolled: true }] } })
  expect(await ask('POST', `/step-runs/${id}`, { action: 'skip' })).toMatchObject({ data: { done: true } })
  // Somebody mapped the stage before: a page that does not know it is told.
  expect(await ask('PUT', '/mappings', { ...rule, sequenceId: id, active: true })).toMatchObject({
    ...{ ok: false, error: { code: 'outdated' } },
  })
  expect(await ask('POST', '/mappings/switch', { ...rule, active: false, revision: 1 })).toMatchObject({
    data: { done: true },
  })
  expect(await ask('POST', '/mappings/remove', { ...rule, revision: 2 })).toMatchObject({ data: { done: true } })
  expect(await ask('POST', '/disconnect')).toMatchObject({ data: { done: true } })
})

test('a person who is no admin reads everything and changes nothing but enrollments', async () => {
  const portalId = await newPortal(db, clock)
  asking = person(portalId, 'rep@example.com', '8')
  for (const url of ['/settings', '/sender', '/pipelines', '/mappings', '/sequences', '/events', '/requests']) {
    expect(await ask('GET', url)).toMatchObject({ ok: true })
  }
  const id = deps.ids()
  const rule = { pipelineId: 'sales', stageId: 'booked' }
  const changes: [method: 'POST' | 'PUT', url: string, body?: object][] = [
    ['PUT', '/admins', { emails: ['rep@example.com'] }],
    ['POST', '/disconnect'],
    ['PUT', '/sender', { fromName: 'Rep', replyTo: 'rep@example.com', postalAddress: '' }],
    ['POST', '/pipelines/refresh'],
    ['PUT', '/mappings', { ...rule, sequenceId: id, active: true }],
    ['POST', '/mappings/switch', { ...rule, active: true }],
    ['POST', '/mappings/remove', rule],
    ['POST', '/sequences', { name: 'Demo', definition: twoMails }],
    ['PUT', `/sequences/${id}`, { name: 'Demo', definition: twoMails, revision: 1 }],
    ['POST', `/sequences/${id}/status`, { action: 'publish' }],
    ['POST', '/events/1/rerun'],
    ['POST', '/events/1/delete'],
  ]
  for (const [method, url, body] of changes) {
    expect([url, await ask(method, url, body)]).toMatchObject([
      url,
      { ok: false, error: { code: 'forbidden', message: 'Only admin@example.com may change this. Ask one of them.' } },
    ])
  }
  expect(await inPortal(db, portalId, (trx) => trx.selectFrom('activities').select('id').execute())).toEqual([])
  // Steering is for reps: the refusal is about the enrollment, not about the person.
  expect(await ask('POST', `/enrollments/${id}`, { action: 'stop' })).toMatchObject({ error: { code: 'not_found' } })
})

test('a sequence larger than other requests can be saved', async () => {
  asking = person(await newPortal(db, clock))
  const steps = Array.from({ length: 20 }, (_, index) => ({
    id: `step-${index}`,
    kind: 'email',
    subject: 'Hi',
    body: 'ü'.repeat(20_000),
  }))
  const definition = { stopWhenStageLeft: true, steps }
  expect(await ask('POST', '/sequences', { name: 'Long', definition })).toMatchObject({ ok: true })
  expect(await ask('POST', '/sequences/preview', { subject: 'Hi', body: 'Hello' })).toMatchObject({ ok: false })
  const preview = await app.inject({
    method: 'POST',
    url: '/sequences/preview',
    payload: { subject: 'Hi', body: 'Hello' },
  })
  expect(preview.json()).toEqual({ ok: true, data: { subject: 'Hi', text: 'Hello', problems: [] } })
})
