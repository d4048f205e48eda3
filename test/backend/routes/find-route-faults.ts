import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Method } from '#test/support/real-app.ts'

interface Schema {
  readonly type?: string
  readonly additionalProperties?: unknown
  readonly properties?: Record<string, Schema>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

interface Described {
  readonly requestBody?: { readonly content?: Record<string, { readonly schema?: Schema }> }
  readonly responses?: Record<string, { readonly content?: Record<string, { readonly schema?: Schema }> }>
}

/** Why each route outside `/api` may answer without a signed request of a card, and what guards it instead. */
export const OUTSIDE: Readonly<Record<string, string>> = {
  'GET /livez': 'the operator’s platform asks; says nothing of a tenant',
  'GET /readyz': 'the operator’s platform asks; says nothing of a tenant',
  'GET /metrics': 'the operator’s platform asks; labels are closed sets without ids',
  'GET /openapi.json': 'a public document',
  'POST /webhooks/hubspot': 'HubSpot’s signature, checked by the route itself',
  'GET /oauth/install': 'starts a connection: gives nothing but a state and its cookie',
  'GET /oauth/callback': 'the state: one use, ten minutes, this browser',
  'GET /unsubscribe/*': 'the signed token in the link',
  'POST /unsubscribe/*': 'the signed token in the link',
  'GET /l/:token': 'the signed token in the link; leads only where a frozen mail of ours says',
  'GET /o/:token': 'the signed token; always the same picture',
}

/** Changes nothing, so a repeat does no harm. */
const WITHOUT_KEY = ['POST /api/sequences/preview', 'POST /api/sequences/import/check']

/** What a route lacks of what every route must have, as sentences. Sends it an unsigned request. */
export async function findRouteFaults(app: FastifyInstance, route: RouteOptions): Promise<string[]> {
  const faults: string[] = []
  for (const method of [route.method].flat()) {
    const name = `${method} ${route.url}`
    if (!isApi(route.url)) {
      const served = method === 'HEAD' ? `GET ${route.url}` : name
      if (!(served in OUTSIDE)) faults.push(`${name} is outside /api and not on the list`)
      continue
    }
    faults.push(...(await findGuardFaults(app, method as Method, route.url)).map((fault) => `${name} ${fault}`))
    if (method !== 'HEAD') faults.push(...findSchemaFaults(app, method, route).map((fault) => `${name} ${fault}`))
  }
  return faults
}

function isApi(url: string): boolean {
  return url === '/api' || url.startsWith('/api/')
}

async function findGuardFaults(app: FastifyInstance, method: Method, pattern: string): Promise<string[]> {
  const url = `${pattern.replace(/:\w+/g, '1')}?portalId=1&userId=7&userEmail=admin@example.com`
  const faults: string[] = []
  const forged = { 'x-hubspot-signature-v3': 'AAAA', 'x-hubspot-request-timestamp': String(Date.now()) }
  for (const headers of [{}, forged]) {
    const payload = method === 'GET' || method === 'HEAD' ? {} : { payload: {} }
    const answer = await app.inject({ method, url, headers, ...payload })
    if (answer.statusCode !== 401) faults.push(`answers an unsigned request with ${answer.statusCode}`)
    if (method === 'HEAD') continue
    const { ok, error, ...rest } = answer.json()
    const told = Object.keys(error ?? {}).sort()
    const typed = ok === false && error?.code === 'unauthenticated' && told.join() === 'code,message,requestId'
    if (!typed || Object.keys(rest).length > 0) faults.push('answers an unsigned request without the typed body')
  }
  return faults
}

function findSchemaFaults(app: FastifyInstance, method: string, route: RouteOptions): string[] {
  const faults: string[] = []
  const body = route.schema?.body as Schema | undefined
  const documented = documentedAs(app, method, route.url)
  if (!documented) faults.push('is not in openapi.json')
  if (method !== 'GET') {
    if (!body) faults.push('has no body schema')
    else faults.push(...findOpenObjects(body, 'body').map((place) => `takes unknown keys in ${place}`))
    const key = body?.properties?.idempotencyKey
    if (!key && !WITHOUT_KEY.includes(`${method} ${route.url}`)) faults.push('has no idempotencyKey')
    if (!documented?.requestBody?.content?.['application/json']?.schema) faults.push('has no body in openapi.json')
  }
  const response = (route.schema?.response as Record<string, Schema> | undefined)?.[200]
  const shapes = response?.anyOf?.map((shape) => Object.keys(shape.properties ?? {}).join())
  if (shapes?.join(' or ') !== 'ok,data or ok,error') faults.push('has no response schema of an answer')
  if (!documented?.responses?.['200']?.content?.['application/json']?.schema) {
    faults.push('has no response in openapi.json')
  }
  for (const [, parameter] of route.url.matchAll(/:(\w+)/g)) {
    const known = (route.schema?.params as Schema | undefined)?.properties?.[parameter ?? '']
    if (!known) faults.push(`does not check ${parameter}`)
  }
  return faults
}

function documentedAs(app: FastifyInstance, method: string, url: string): Described | undefined {
  const paths = app.swagger().paths as Record<string, Record<string, Described>> | undefined
  return paths?.[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
}

/** Every object in a schema that does not refuse keys it does not know. */
function findOpenObjects(schema: Schema, place: string): string[] {
  const here = schema.type === 'object' && schema.additionalProperties !== false ? [place] : []
  const inside = [
    ...Object.entries(schema.properties ?? {}).map(([name, part]) => findOpenObjects(part, `${place}.${name}`)),
    ...(schema.anyOf ?? []).map((part, index) => findOpenObjects(part, `${place}|${index}`)),
    ...(schema.items ? [findOpenObjects(schema.items, `${place}[]`)] : []),
  ]
  return [...here, ...inside.flat()]
}
