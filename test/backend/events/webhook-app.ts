import { createHmac } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { systemSleep } from '#core/clock.ts'
import { systemIds } from '#core/ids.ts'
import type { Metrics } from '#core/metrics.ts'
import { answerErrors } from '#http/error-handler.ts'
import { openHttp } from '#http/open-http.ts'
import { type WebhookDeps, webhookRoutes } from '#modules/events/routes.ts'
import type { TestClock } from '#test/support/deps.ts'
import { CollectedLog } from './collected-log.ts'

export const SECRET = 'webhook-test-secret'
export const PUBLIC_URL = 'https://app.example.com'
export const WEBHOOK = '/webhooks/hubspot'

/** Counts for real, so that a test can demand exact numbers. */
export class Counts implements Metrics {
  readonly #counts = new Map<string, number>()
  count(name: string, labels: Record<string, string> = {}, by = 1): void {
    const key = `${name} ${Object.values(labels).join(' ')}`.trim()
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by)
  }
  observe(): void {}
  expose = async () => ''
  /** How many events became `outcome` since the last `reset`. */
  events(outcome: string): number {
    return this.#counts.get(`webhook_events_total ${outcome}`) ?? 0
  }
  requests(answer: string): number {
    return this.#counts.get(`webhook_requests_total ${answer}`) ?? 0
  }
  allEvents(): Record<string, number> {
    const events = [...this.#counts].filter(([key]) => key.startsWith('webhook_events_total '))
    return Object.fromEntries(events.map(([key, value]) => [key.slice('webhook_events_total '.length), value]))
  }
  reset(): void {
    this.#counts.clear()
  }
}

export interface WebhookApp {
  readonly app: FastifyInstance
  readonly counts: Counts
  readonly log: CollectedLog
  /** Signs and posts; what `change` returns replaces headers. */
  post(body: string | Buffer | object, headers?: Record<string, string>): Promise<PostAnswer>
}

export interface PostAnswer {
  readonly status: number
  readonly code: string | undefined
  readonly headers: Record<string, unknown>
}

/** The webhook route on a real Fastify, without the rest of the app. */
export function webhookApp(
  given: { clock: TestClock } & Pick<WebhookDeps, 'intake'> &
    Partial<Pick<WebhookDeps, 'limits' | 'onStored' | 'clientSecrets' | 'soon'>>,
): WebhookApp {
  const app = openHttp({ ids: systemIds })
  const counts = new Counts()
  const log = new CollectedLog()
  answerErrors(app, { log })
  app.register(async (scope) =>
    webhookRoutes(scope, {
      settings: { publicUrl: PUBLIC_URL },
      clientSecrets: [SECRET],
      soon: setImmediate,
      ...given,
      metrics: counts,
      log,
      clock: given.clock.read,
      ids: systemIds,
      sleep: systemSleep,
    }),
  )
  const post: WebhookApp['post'] = async (body, headers = {}) => {
    const payload = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    const answer = await app.inject({
      method: 'POST',
      url: WEBHOOK,
      payload,
      headers: { 'content-type': 'application/json', ...signed(given.clock, 'POST', WEBHOOK, payload), ...headers },
    })
    const error: unknown = answer.body === '' ? undefined : answer.json()
    return { status: answer.statusCode, code: codeOf(error), headers: answer.headers }
  }
  return { app, counts, log, post }
}

/** The headers HubSpot would send now; it signs the URL with an escaped `@` decoded (and eleven others, unused here). */
export function signed(
  clock: TestClock,
  method: string,
  url: string,
  body: Buffer,
  secret = SECRET,
): Record<'x-hubspot-signature-v3' | 'x-hubspot-request-timestamp', string> {
  const timestamp = String(clock.read().epochMilliseconds)
  const signature = createHmac('sha256', secret)
    .update(`${method}${PUBLIC_URL}${url.replaceAll('%40', '@')}`)
    .update(body)
    .update(timestamp)
  return { 'x-hubspot-signature-v3': signature.digest('base64'), 'x-hubspot-request-timestamp': timestamp }
}

function codeOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined
  const { error } = body
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined
}

let serial = 0

/** A deal's stage change as HubSpot sends it; a new fact each time unless told otherwise. */
export function stageChange(portalId: number, over: Record<string, unknown> = {}): Record<string, unknown> {
  serial++
  return {
    eventId: 3_816_279_340 + serial,
    subscriptionId: 25,
    portalId,
    appId: 1160452,
    occurredAt: 1_790_000_000_000 + serial,
    subscriptionType: 'object.propertyChange',
    attemptNumber: 0,
    objectId: 1_246_965 + serial,
    objectTypeId: '0-3',
    propertyName: 'dealstage',
    propertyValue: 'contractsent',
    changeSource: 'CRM_UI',
    sourceId: 'userId:99',
    ...over,
  }
}
