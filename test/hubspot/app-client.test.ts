import { type ApiError, apiOrigin, createApi, createFormats, makeIdempotencyKey } from '@stagecue/app-client'
import { describe, expect, test, vi } from 'vitest'
import { ROUTES } from '#shared/routes.ts'

const ORIGIN = 'https://app.stagecue.example'
const KEY = { idempotencyKey: 'key-00001' }
const MAILBOX = { replyTo: '', signature: '', server: null, mailbox: null, dailyCap: 0, rampUp: null, active: true }
const SENDER = { fromName: 'A', ...MAILBOX }

/** The api over a network that gives one answer. */
function apiAnswering(body: unknown, status = 200) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const fetch = vi.fn(async (_url: string, _options: unknown) => new Response(text, { status }))
  return { fetch, api: createApi({ fetch, origin: ORIGIN, routes: ROUTES }) }
}

/** What the person would be told. */
async function refusalOf(body: unknown, status = 200): Promise<ApiError> {
  return apiAnswering(body, status)
    .api.readSettings()
    .then(
      () => expect.fail('The call should have been refused.'),
      (error: ApiError) => error,
    )
}

const gateway = (status: number | string | string[], responseBody?: unknown) => ({
  status: 'error',
  category: 'BAD_GATEWAY',
  message: 'Bad gateway',
  context: { appServerStatusCode: status, correlationId: ['abc-123'] },
  responseBody,
})

describe('answers', () => {
  test('gives the data of a success', async () => {
    const { api } = apiAnswering({ ok: true, data: { sequences: [] } })
    expect(await api.listSequences()).toEqual({ sequences: [] })
  })

  test('a refusal carries our code, sentence, reference and field, and nothing happened', async () => {
    const error = {
      code: 'invalid_input',
      message: 'The subject is empty.',
      requestId: 'r-1',
      field: 'steps.0.subject',
    }
    expect(await refusalOf({ ok: false, error })).toMatchObject({ ...error, happened: 'no' })
  })

  test.each([
    [400, /Reload the page/, 'no'],
    [401, /could not verify that this request came from HubSpot/, 'no'],
    [403, /Ask one of the people/, 'no'],
    [404, /does not know this record/, 'no'],
    [409, /Someone else changed this/, 'no'],
    [413, /Shorten the text/, 'no'],
    [418, /status 418/, 'no'],
    [429, /Wait a minute/, 'no'],
    [302, /address seems to have changed/, 'unknown'],
    [408, /did not answer in time/, 'unknown'],
    [500, /Something went wrong/, 'unknown'],
    [502, /could not be reached/, 'unknown'],
    [503, /updated or overloaded/, 'unknown'],
    [504, /did not answer in time/, 'unknown'],
    [599, /status 599/, 'unknown'],
  ] as const)('status %i behind HubSpot’s gateway says what to do', async (status, sentence, happened) => {
    for (const shape of [status, `${status}`, [`${status}`]]) {
      const error = await refusalOf(gateway(shape))
      expect(error.message).toMatch(sentence)
      expect(error).toMatchObject({ code: `http_${status}`, happened, requestId: 'abc-123' })
    }
  })

  test('a plain HTTP status without HubSpot’s gateway is understood too', async () => {
    expect(await refusalOf('<html>Service Unavailable</html>', 503)).toMatchObject({
      code: 'http_503',
      happened: 'unknown',
    })
    expect(await refusalOf({ status: 'error', category: 'VALIDATION_ERROR' }, 400)).toMatchObject({ code: 'http_400' })
  })

  test('our own sentence inside a gateway error is the one shown', async () => {
    const ours = { ok: false, error: { code: 'forbidden', message: 'Ask boss@acme.example.', requestId: 'r-2' } }
    expect(await refusalOf(gateway(['403'], ours))).toMatchObject({
      code: 'forbidden',
      message: 'Ask boss@acme.example.',
    })
    expect(await refusalOf(gateway(['403'], JSON.stringify(ours)))).toMatchObject({
      code: 'forbidden',
      requestId: 'r-2',
    })
  })

  test('a gateway error without a status counts as unreachable', async () => {
    expect(await refusalOf({ status: 'error', category: 'BAD_GATEWAY' })).toMatchObject({
      code: 'http_502',
      happened: 'unknown',
    })
  })

  test.each([['{'], ['null'], ['[]'], ['"text"'], [''], ['{"ok":true}'], ['{"data":{}}']])(
    'an answer nobody understands (%s) is told apart from a success',
    async (text) => {
      expect(await refusalOf(text)).toMatchObject({ code: 'unreadable', happened: 'unknown' })
    },
  )

  test('a rejected fetch tells that nobody knows the outcome', async () => {
    const fetch = vi.fn().mockRejectedValue(new Error('timeout'))
    await expect(createApi({ fetch, origin: ORIGIN, routes: ROUTES }).readSettings()).rejects.toMatchObject({
      code: 'no_answer',
      happened: 'unknown',
      message: expect.stringContaining('does not repeat anything that already worked'),
    })
  })
})

describe('requests', () => {
  test('go to our origin with a plain body, without headers, and end before HubSpot’s proxy gives up', async () => {
    const { api, fetch } = apiAnswering({ ok: true, data: { done: true } })
    await api.steerEnrollment('e-1', { action: 'pause', ...KEY })
    expect(fetch).toHaveBeenCalledExactlyOnceWith(`${ORIGIN}/api/enrollments/e-1`, {
      method: 'POST',
      timeout: 12_000,
      body: { action: 'pause', idempotencyKey: 'key-00001' },
    })
  })

  test('parameters of a GET are in the URL, left out when not set', async () => {
    const { api, fetch } = apiAnswering({ ok: true, data: { events: [], next: null } })
    await api.listEvents({})
    await api.listEvents({ status: 'dead', before: '17' })
    expect(fetch.mock.calls.map(([url, options]) => [url, options])).toEqual([
      [`${ORIGIN}/api/events`, { method: 'GET', timeout: 12_000 }],
      [`${ORIGIN}/api/events?status=dead&before=17`, { method: 'GET', timeout: 12_000 }],
    ])
  })

  test('each call has its method and path', async () => {
    const { api, fetch } = apiAnswering({ ok: true, data: {} })
    const definition = { steps: [], stopWhenStageLeft: true }
    const mapping = { pipelineId: 'p', stageId: 's', sequenceId: 'q', active: true, ...KEY }
    const calls: [call: () => Promise<unknown>, expected: string][] = [
      [() => api.readDeal('9'), `GET ${ROUTES.deal('9')}`],
      [
        () => api.startSequence('9', { sequenceId: 'q', contactIds: ['1'], ...KEY }),
        `POST ${ROUTES.dealEnrollments('9')}`,
      ],
      [() => api.resolveStep('r', { action: 'skip', ...KEY }), `POST ${ROUTES.stepRun('r')}`],
      [() => api.readSettings(), `GET ${ROUTES.settings}`],
      [() => api.saveAdmins({ emails: ['a@b.c'], ...KEY }), `PUT ${ROUTES.admins}`],
      [() => api.disconnect(KEY), `POST ${ROUTES.disconnect}`],
      [() => api.readSender(), `GET ${ROUTES.sender}`],
      [() => api.saveSender({ fromName: 'A', replyTo: 'a@b.c', postalAddress: '', ...KEY }), `PUT ${ROUTES.sender}`],
      [() => api.listSenders(), `GET ${ROUTES.senders}`],
      [() => api.changeSender('s', { ...SENDER, ...KEY }), `PUT ${ROUTES.changeSender('s')}`],
      [() => api.addSender({ ...SENDER, address: 'a@b.c', ...KEY }), `POST ${ROUTES.senders}`],
      [() => api.chooseDefaultSender('s', KEY), `POST ${ROUTES.defaultSender('s')}`],
      [() => api.testSender('s', KEY), `POST ${ROUTES.testSender('s')}`],
      [() => api.saveDomain({ domain: 'b.c', dailyCap: 0, ...KEY }), `PUT ${ROUTES.sendingDomains}`],
      [() => api.checkDomain({ domain: 'b.c', ...KEY }), `POST ${ROUTES.checkDomain}`],
      [() => api.listOwners(), `GET ${ROUTES.owners}`],
      [() => api.refreshOwners(KEY), `POST ${ROUTES.refreshOwners}`],
      [() => api.linkOwner('7', { link: 'match', ...KEY }), `PUT ${ROUTES.owner('7')}`],
      [() => api.listPipelines(), `GET ${ROUTES.pipelines}`],
      [() => api.refreshPipelines(KEY), `POST ${ROUTES.refreshPipelines}`],
      [() => api.listMappings(), `GET ${ROUTES.mappings}`],
      [() => api.listMappingChoices(), `GET ${ROUTES.mappingChoices}`],
      [() => api.saveMapping(mapping), `PUT ${ROUTES.mappings}`],
      [
        () => api.switchMapping({ pipelineId: 'p', stageId: 's', active: true, ...KEY }),
        `POST ${ROUTES.switchMapping}`,
      ],
      [() => api.removeMapping({ pipelineId: 'p', stageId: 's', ...KEY }), `POST ${ROUTES.removeMapping}`],
      [() => api.listApprovals(), `GET ${ROUTES.approvals}`],
      [() => api.answerApproval('a', { action: 'approve', deals: 1, ...KEY }), `POST ${ROUTES.approval('a')}`],
      [() => api.listSequences(), `GET ${ROUTES.sequences}`],
      [() => api.createSequence({ name: 'N', definition, ...KEY }), `POST ${ROUTES.sequences}`],
      [() => api.readSequence('q'), `GET ${ROUTES.sequence('q')}`],
      [() => api.saveSequence('q', { name: 'N', definition, revision: 1, ...KEY }), `PUT ${ROUTES.sequence('q')}`],
      [() => api.changeSequenceStatus('q', { action: 'publish', ...KEY }), `POST ${ROUTES.sequenceStatus('q')}`],
      [() => api.previewMail({ subject: 'S', body: 'B' }), `POST ${ROUTES.preview}`],
      [() => api.rerunEvent('17', KEY), `POST ${ROUTES.rerunEvent('17')}`],
      [() => api.deleteEvent('17', KEY), `POST ${ROUTES.deleteEvent('17')}`],
      [() => api.listRequests(), `GET ${ROUTES.requests}`],
    ]
    for (const [call] of calls) await call()
    const sent = fetch.mock.calls.map(([url, options]) => `${methodOf(options)} ${url.slice(ORIGIN.length)}`)
    expect(sent).toEqual(calls.map(([, expected]) => expected))
  })

  function methodOf(options: unknown): unknown {
    return typeof options === 'object' && options !== null && 'method' in options ? options.method : undefined
  }

  test('the origin comes from the profile’s variable, without a trailing slash', () => {
    expect(apiOrigin({ API_ORIGIN: 'https://a.example/' })).toBe('https://a.example')
    expect(apiOrigin({ API_ORIGIN: 7 })).toBeNull()
    expect(apiOrigin({ API_ORIGIN: 'a.example' })).toBeNull()
    expect(apiOrigin(undefined)).toBeNull()
  })
})

describe('idempotency keys', () => {
  const clockOnly = { random: () => 0.999999, now: () => Date.parse('2026-11-21T08:00:00Z') }

  test.each([
    ['with the worker’s crypto', undefined],
    ['without crypto', { ...clockOnly, crypto: undefined }],
    ['with a crypto that has no getRandomValues', { ...clockOnly, crypto: {} }],
  ])('%s they fit the contract', (_, randomness) => {
    expect(makeIdempotencyKey(randomness)).toMatch(/^[A-Za-z0-9_-]{32}$/)
  })

  test('no two are equal', () => {
    const made = Array.from({ length: 500 }, () => makeIdempotencyKey())
    const seldom = Array.from({ length: 500 }, () => makeIdempotencyKey({ ...clockOnly, random: Math.random }))
    expect(new Set([...made, ...seldom]).size).toBe(1_000)
  })
})

describe('moments', () => {
  const formats = createFormats({ timeZone: 'America/New_York', now: () => Date.parse('2026-11-21T08:00:00Z') })

  test.each([
    ['2026-11-24T14:30:00Z', 'Tue 24 Nov, 09:30 (in 3 days)'],
    ['2026-11-21T10:00:00Z', 'Sat 21 Nov, 05:00 (in 2 hours)'],
    ['2026-11-21T21:30:00Z', 'Sat 21 Nov, 16:30 (in 14 hours)'],
    ['2026-11-22T21:00:00Z', 'Sun 22 Nov, 16:00 (in 37 hours)'],
    ['2026-11-21T08:45:00Z', 'Sat 21 Nov, 03:45 (in 45 minutes)'],
    ['2026-11-21T08:00:40Z', 'Sat 21 Nov, 03:00 (in less than a minute)'],
    ['2026-11-21T05:00:00Z', 'Sat 21 Nov, 00:00 (3 hours ago)'],
    ['2026-11-21T08:01:00Z', 'Sat 21 Nov, 03:01 (in 1 minute)'],
    ['2026-11-21T08:00:20Z', 'Sat 21 Nov, 03:00 (in less than a minute)'],
    ['2026-11-21T07:59:50Z', 'Sat 21 Nov, 02:59 (just now)'],
    ['2027-01-02T08:00:00Z', 'Sat 2 Jan 2027, 03:00 (in 42 days)'],
  ])('%s reads %s', (iso, text) => {
    expect(formats.momentAndDistance(iso)).toBe(text)
  })

  test('a time zone the worker does not know becomes UTC and says so', () => {
    const odd = createFormats({ timeZone: 'Mars/Olympus', now: () => 0 })
    expect(odd.moment('2026-11-24T14:30:00Z')).toBe('Tue 24 Nov 2026, 14:30 UTC')
  })

  test('what is no moment is shown as it is', () => {
    expect(formats.momentAndDistance('soon')).toBe('soon')
  })
})
