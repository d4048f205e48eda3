import type { Method } from '#test/support/real-app.ts'
import { MAPPING_CALLS } from './mapping-calls.ts'
import { SENDER_CALLS } from './sender-calls.ts'
import { SEQUENCE_CALLS } from './sequence-calls.ts'

/** What a call can name. */
export interface Ids {
  readonly dealId: string
  readonly contactId: string
  readonly pipelineId: string
  readonly stageId: string
  readonly sequenceId: string
  readonly enrollmentId: string
  readonly stepRunId: string
  /** One that waits to be read. */
  readonly mailRunId: string
  readonly eventId: string
  readonly approvalId: string
  readonly senderId: string
  readonly ownerId: string
}

export interface Call {
  readonly path: string
  readonly body?: Record<string, unknown>
  readonly query?: string
}

export interface ApiRoute {
  /** `admin`: whoever is none is refused. */
  readonly for: 'everyone' | 'admin'
  /** A call that a portal with these ids may make. */
  readonly call: (ids: Ids) => Call
}

export const DEFINITION = {
  stopWhenStageLeft: true,
  steps: [{ id: 'one', kind: 'email', subject: 'Hello', body: 'Hi there.' }],
}

const SCENARIO = {
  name: 'alpha waits',
  given: { start: '2027-02-02T10:00', timeZone: 'Europe/Berlin' },
  expect: {},
}

const change = (ids: Partial<Ids> = {}) => ({ ...ids, idempotencyKey: 'key-of-the-route' })
const get = (path: string): ApiRoute => ({ for: 'everyone', call: () => ({ path }) })

/**
 * Every route under `/api` by method and pattern, with a call that is valid: the tests of all routes are made from it, and
 * one of them fails when a route is missing here.
 */
export const API: Readonly<Record<string, ApiRoute>> = {
  // Before the calls that decide about the step that waits.
  'GET /api/late-mails': get('/api/late-mails'),
  'GET /api/deals/:dealId': { for: 'everyone', call: ({ dealId }) => ({ path: `/api/deals/${dealId}` }) },
  'POST /api/deals/:dealId/enrollments': {
    for: 'everyone',
    call: ({ dealId, sequenceId, contactId }) => ({
      path: `/api/deals/${dealId}/enrollments`,
      body: { ...change({ sequenceId }), contactIds: [contactId] },
    }),
  },
  'POST /api/enrollments/:enrollmentId': {
    for: 'everyone',
    call: ({ enrollmentId }) => ({ path: `/api/enrollments/${enrollmentId}`, body: { ...change(), action: 'pause' } }),
  },
  'GET /api/enrollments/:enrollmentId/resume': {
    for: 'everyone',
    call: ({ enrollmentId }) => ({ path: `/api/enrollments/${enrollmentId}/resume` }),
  },
  'POST /api/step-runs/:stepRunId': {
    for: 'everyone',
    call: ({ stepRunId }) => ({ path: `/api/step-runs/${stepRunId}`, body: { ...change(), action: 'retry' } }),
  },
  'GET /api/step-runs/:stepRunId/mail': {
    for: 'everyone',
    call: ({ mailRunId }) => ({ path: `/api/step-runs/${mailRunId}/mail` }),
  },
  'POST /api/step-runs/:stepRunId/approval': {
    for: 'everyone',
    call: ({ mailRunId }) => ({ path: `/api/step-runs/${mailRunId}/approval`, body: { ...change(), seen: 'ab12' } }),
  },
  'GET /api/settings': get('/api/settings'),
  'PUT /api/admins': {
    for: 'admin',
    call: () => ({ path: '/api/admins', body: { ...change(), emails: ['admin@example.com'] } }),
  },
  'GET /api/sender': get('/api/sender'),
  'PUT /api/sender': {
    for: 'admin',
    call: () => ({
      path: '/api/sender',
      body: { ...change(), fromName: 'Ada', replyTo: 'ada@example.com', postalAddress: 'Elm Street 1' },
    }),
  },
  ...SENDER_CALLS,
  'GET /api/stops': get('/api/stops'),
  'POST /api/stops': {
    for: 'admin',
    call: () => ({ path: '/api/stops', body: { ...change(), reason: 'A wrong list.' } }),
  },
  'POST /api/stops/lift': {
    for: 'admin',
    call: () => ({ path: '/api/stops/lift', body: { ...change(), cause: 'person' } }),
  },
  'POST /api/sequences/:sequenceId/stop': {
    for: 'admin',
    call: ({ sequenceId }) => ({ path: `/api/sequences/${sequenceId}/stop`, body: { ...change(), reason: 'Wrong.' } }),
  },
  'POST /api/sequences/:sequenceId/stop/lift': {
    for: 'admin',
    call: ({ sequenceId }) => ({
      path: `/api/sequences/${sequenceId}/stop/lift`,
      body: { ...change(), cause: 'person' },
    }),
  },
  'GET /api/rules': get('/api/rules'),
  'PUT /api/rules': {
    for: 'admin',
    call: () => ({
      path: '/api/rules',
      body: { ...change(), contactHours: 24, companyMinutes: 0, portalPerDay: 500, sensibleHours: 48 },
    }),
  },
  'POST /api/late-mails': {
    for: 'admin',
    call: ({ stepRunId }) => ({
      path: '/api/late-mails',
      body: { ...change(), action: 'skip', stepRunIds: [stepRunId] },
    }),
  },
  'POST /api/late-mails/all': {
    for: 'admin',
    call: () => ({
      path: '/api/late-mails/all',
      body: { ...change(), action: 'approve', countedAt: '2026-11-23T09:00:00Z', count: 1 },
    }),
  },
  'POST /api/faulty-steps/retry': {
    for: 'admin',
    call: () => ({ path: '/api/faulty-steps/retry', body: change() }),
  },
  'GET /api/places': get('/api/places'),
  'PUT /api/places': {
    for: 'admin',
    call: () => ({ path: '/api/places', body: { ...change(), places: [{ id: 'new', name: 'New' }] } }),
  },
  'GET /api/pipelines': get('/api/pipelines'),
  'POST /api/pipelines/refresh': { for: 'admin', call: () => ({ path: '/api/pipelines/refresh', body: change() }) },
  ...MAPPING_CALLS,
  ...SEQUENCE_CALLS,
  'GET /api/sequences': get('/api/sequences'),
  'POST /api/sequences': {
    for: 'admin',
    call: () => ({ path: '/api/sequences', body: { ...change(), name: 'A new one', definition: DEFINITION } }),
  },
  'GET /api/sequences/:sequenceId': {
    for: 'everyone',
    call: ({ sequenceId }) => ({ path: `/api/sequences/${sequenceId}` }),
  },
  'PUT /api/sequences/:sequenceId': {
    for: 'admin',
    call: ({ sequenceId }) => ({
      path: `/api/sequences/${sequenceId}`,
      body: { ...change(), name: 'Saved', definition: DEFINITION, revision: 1 },
    }),
  },
  'POST /api/sequences/:sequenceId/status': {
    for: 'admin',
    call: ({ sequenceId }) => ({
      path: `/api/sequences/${sequenceId}/status`,
      body: { ...change(), action: 'pause' },
    }),
  },
  'POST /api/sequences/preview': {
    for: 'everyone',
    call: () => ({ path: '/api/sequences/preview', body: { subject: 'Hello', body: 'Hi there.' } }),
  },
  'GET /api/sequences/:sequenceId/preflight': {
    for: 'admin',
    call: ({ sequenceId, dealId, contactId }) => ({
      path: `/api/sequences/${sequenceId}/preflight`,
      query: `dealId=${dealId}&contactId=${contactId}`,
    }),
  },
  'GET /api/sequences/:sequenceId/preview': {
    for: 'admin',
    call: ({ sequenceId, dealId, contactId }) => ({
      path: `/api/sequences/${sequenceId}/preview`,
      query: `stepId=one&dealId=${dealId}&contactId=${contactId}`,
    }),
  },
  'POST /api/sequences/:sequenceId/test-mail': {
    for: 'admin',
    call: ({ sequenceId, dealId, contactId }) => ({
      path: `/api/sequences/${sequenceId}/test-mail`,
      query: `dealId=${dealId}&contactId=${contactId}`,
      body: { ...change(), stepId: 'one' },
    }),
  },
  'GET /api/deals': { for: 'admin', call: () => ({ path: '/api/deals', query: 'search=Deal' }) },
  'GET /api/holiday-countries': get('/api/holiday-countries'),
  'GET /api/events': {
    for: 'everyone',
    call: ({ eventId }) => ({ path: '/api/events', query: `status=dead&before=${Number(eventId) + 1}` }),
  },
  'POST /api/events/:eventId/rerun': {
    for: 'admin',
    call: ({ eventId }) => ({ path: `/api/events/${eventId}/rerun`, body: change() }),
  },
  'POST /api/events/:eventId/delete': {
    for: 'admin',
    call: ({ eventId }) => ({ path: `/api/events/${eventId}/delete`, body: change() }),
  },
  'GET /api/requests': get('/api/requests'),
  'GET /api/numbers': { for: 'everyone', call: () => ({ path: '/api/numbers', query: 'days=90' }) },
  'GET /api/numbers/:sequenceId': {
    for: 'everyone',
    call: ({ sequenceId }) => ({ path: `/api/numbers/${sequenceId}`, query: 'days=7' }),
  },
  'GET /api/sequences/:sequenceId/what-if': {
    for: 'admin',
    call: ({ sequenceId }) => ({ path: `/api/sequences/${sequenceId}/what-if` }),
  },
  'POST /api/sequences/:sequenceId/what-if': {
    for: 'admin',
    call: ({ sequenceId, pipelineId, stageId }) => ({
      path: `/api/sequences/${sequenceId}/what-if`,
      body: { ...change(), startedBy: { kind: 'stage', pipelineId, stageId } },
    }),
  },
  'GET /api/sequences/:sequenceId/scenarios': {
    for: 'everyone',
    call: ({ sequenceId }) => ({ path: `/api/sequences/${sequenceId}/scenarios` }),
  },
  'PUT /api/sequences/:sequenceId/scenarios': {
    for: 'admin',
    call: ({ sequenceId }) => ({
      path: `/api/sequences/${sequenceId}/scenarios`,
      body: { ...change(), scenarios: [SCENARIO], revision: 1 },
    }),
  },
  'POST /api/sequences/:sequenceId/scenarios/remove': {
    for: 'admin',
    call: ({ sequenceId }) => ({
      path: `/api/sequences/${sequenceId}/scenarios/remove`,
      body: { ...change(), revision: 2 },
    }),
  },
  'GET /api/hubspot-status': get('/api/hubspot-status'),
  'PUT /api/hubspot-status': {
    for: 'admin',
    call: () => ({ path: '/api/hubspot-status', body: { ...change(), enabled: false } }),
  },
  'GET /api/hubspot-mail': get('/api/hubspot-mail'),
  'GET /api/hubspot-mail/subscriptions': get('/api/hubspot-mail/subscriptions'),
  'PUT /api/hubspot-mail': {
    for: 'admin',
    call: () => ({
      path: '/api/hubspot-mail',
      body: { ...change(), subscriptionId: null, writeOptOuts: 'off', logMails: false },
    }),
  },
  // Last: nothing works for a portal after it.
  'POST /api/disconnect': { for: 'admin', call: () => ({ path: '/api/disconnect', body: change() }) },
}

/** Its method and pattern, e.g. `PUT /api/sender`. */
export function splitName(name: string): { method: Method; pattern: string } {
  const [method = '', pattern = ''] = name.split(' ')
  return { method: method as Method, pattern }
}
