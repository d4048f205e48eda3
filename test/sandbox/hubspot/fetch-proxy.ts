import type { Dispatcher } from 'undici'
import { errorBody } from './errors.ts'
import { sign } from './sign.ts'
import { now, type World } from './world.ts'

/** What a card or the settings page hands to `hubspot.fetch`, with who is looking at it. */
export interface FetchInput {
  readonly portalId: number
  readonly userId: number
  readonly url: string
  readonly method?: string
  readonly body?: unknown
  /** ms; 15 000 unless told. */
  readonly timeout?: number
  readonly headers?: Record<string, string>
}

/** What the card gets. `body` is always text. */
export interface FetchOutput {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

export interface ProxyCall {
  readonly at: number
  readonly portalId: number
  readonly method: string
  /** The public address, with the parameters HubSpot appended. */
  readonly url: string
  /** One per try: the backend's status, 0 for no connection, -1 for no answer in time. */
  readonly tries: number[]
  /** What the card got. */
  status: number
}

export interface FetchProxy {
  readonly calls: ProxyCall[]
  fetch(input: FetchInput): Promise<FetchOutput>
}

const MEGABYTE = 1024 * 1024
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH']

/** HubSpot docs, fetching data: 20 calls at once per app and account, 1 MB each way, one retry, no redirects. */
export function createFetchProxy(
  world: World,
  permitted: readonly string[],
  send: (
    method: string,
    url: string,
    headers: Record<string, string>,
    body: string,
    timeoutMs: number,
  ) => Promise<Dispatcher.ResponseData<unknown>>,
): FetchProxy {
  const running = new Map<number, number>()
  const calls: ProxyCall[] = []

  async function forward(input: FetchInput, user: { id: number; email: string }): Promise<FetchOutput> {
    const method = (input.method ?? 'GET').toUpperCase()
    const body = input.body === undefined || input.body === null || method === 'GET' ? '' : JSON.stringify(input.body)
    if (Buffer.byteLength(body) > MEGABYTE) return failure(413, 'VALIDATION_ERROR', 'The request is larger than 1 MB.')
    const url = withIdentity(input, user, world.app.appId)
    const call: ProxyCall = { at: now(world), portalId: input.portalId, method, url, tries: [], status: 0 }
    calls.push(call)
    if (calls.length > 5000) calls.splice(0, 1000)
    let answer = await attempt(call, input, body)
    // HubSpot repeats once by itself when it cannot connect or gets a 5xx.
    if (answer.again) answer = await attempt(call, input, body)
    call.status = answer.output.status
    return answer.output
  }

  async function attempt(call: ProxyCall, input: FetchInput, body: string) {
    const headers: Record<string, string> = { ...input.headers, 'user-agent': 'HubSpot Connect 2.0 (sandbox)' }
    if (body) headers['content-type'] = 'application/json'
    const signable = {
      clientSecret: world.app.clientSecret,
      method: call.method,
      url: call.url,
      body,
      timestamp: now(world),
    }
    Object.assign(headers, sign(signable, 'v2'))
    try {
      const response = await send(call.method, call.url, headers, body, input.timeout ?? 15_000)
      const text = await response.body.text()
      call.tries.push(response.statusCode)
      const again = response.statusCode >= 500
      return { again, output: present(response.statusCode, response.headers, text) }
    } catch (error) {
      const late = error instanceof Error && error.name === 'TimeoutError'
      call.tries.push(late ? -1 : 0)
      if (late) return { again: false, output: failure(504, 'GATEWAY_TIMEOUT', 'The app did not answer in time.') }
      return { again: true, output: failure(502, 'BAD_GATEWAY', 'The app could not be reached.', 0) }
    }
  }

  return {
    calls,
    async fetch(input) {
      const problem = refusal(world, input, permitted)
      if (problem) return problem
      const active = running.get(input.portalId) ?? 0
      if (active >= 20)
        return failure(429, 'RATE_LIMITS', 'More than 20 calls of this app are running in this account.')
      const user = world.portals.get(input.portalId)?.users.find((candidate) => candidate.id === Number(input.userId))
      if (!user) return failure(403, 'VALIDATION_ERROR', 'This user does not belong to the account.')
      running.set(input.portalId, active + 1)
      try {
        return await forward(input, user)
      } finally {
        running.set(input.portalId, (running.get(input.portalId) ?? 1) - 1)
      }
    },
  }
}

function refusal(world: World, input: FetchInput, permitted: readonly string[]): FetchOutput | null {
  if (!world.portals.has(input.portalId)) return failure(404, 'OBJECT_NOT_FOUND', 'This account does not exist.')
  if (!METHODS.includes((input.method ?? 'GET').toUpperCase())) {
    return failure(400, 'VALIDATION_ERROR', `The method ${input.method} is not allowed.`)
  }
  if (!isPermitted(input.url, permitted)) {
    return failure(403, 'VALIDATION_ERROR', `${input.url} is not in the app's permittedUrls.`)
  }
  const custom = Object.keys(input.headers ?? {}).filter((name) => name.toLowerCase() !== 'authorization')
  if (custom.length > 0) return failure(400, 'VALIDATION_ERROR', `The header ${custom[0]} is not allowed.`)
  const { body } = input
  if (body !== undefined && body !== null && (typeof body !== 'object' || Array.isArray(body))) {
    return failure(400, 'VALIDATION_ERROR', 'The body must be an object.')
  }
  return null
}

/** An address is permitted when its origin is, and its path lies below the permitted one. */
function isPermitted(address: string, permitted: readonly string[]): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return permitted.some((prefix) => {
    const allowed = new URL(prefix)
    return url.origin === allowed.origin && url.pathname.startsWith(allowed.pathname)
  })
}

/** HubSpot appends who is asking; what the card itself put there stays, and is inside the signature too. */
function withIdentity(input: FetchInput, user: { id: number; email: string }, appId: number): string {
  const identity = new URLSearchParams({
    userId: String(user.id),
    portalId: String(input.portalId),
    userEmail: user.email,
    appId: String(appId),
  })
  const url = new URL(input.url)
  url.hash = ''
  return `${url.href}${url.search ? '&' : '?'}${identity}`
}

/** 2xx goes through; everything else is a gateway error that names the backend's status. */
function present(status: number, raw: Dispatcher.ResponseData['headers'], text: string): FetchOutput {
  if (Buffer.byteLength(text) > MEGABYTE) return failure(502, 'BAD_GATEWAY', 'The answer is larger than 1 MB.', status)
  if (status < 200 || status > 299) return failure(status, 'BAD_GATEWAY', `The app answered ${status}.`, status)
  const type = raw['content-type']
  return { status, headers: { 'content-type': String(type ?? 'text/plain') }, body: text }
}

function failure(status: number, category: string, message: string, appServerStatusCode?: number): FetchOutput {
  const context =
    appServerStatusCode === undefined ? {} : { context: { appServerStatusCode: [String(appServerStatusCode)] } }
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(errorBody(category, message, context)),
  }
}
