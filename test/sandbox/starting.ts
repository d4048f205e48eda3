import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts'

export const NORTHWIND_ID = 48211607
export const HARBOR_PINE_ID = 50733092
/** The same ids exist in both portals. */
export const FIRST_DEAL = '20418835201'
export const FIRST_CONTACT = '15360101'

export const SCOPES = [
  'oauth',
  'timeline',
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.objects.deals.read',
  'crm.objects.deals.write',
  'crm.objects.companies.read',
  'crm.objects.owners.read',
  'crm.schemas.deals.read',
  'crm.schemas.deals.write',
  'communication_preferences.read_write',
]

export const APP = {
  clientId: 'sandbox-client-id',
  clientSecret: 'sandbox-client-secret-0001',
  appId: 7700421,
  redirectUri: 'https://stagecue.example/oauth/callback',
}

/** A sandbox that ends with the test. */
export async function sandboxForTest(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    appUrl: 'https://stagecue.example',
    clientId: APP.clientId,
    clientSecret: APP.clientSecret,
    appId: APP.appId,
    scopes: { required: SCOPES, optional: [], conditional: [] },
    redirectUrls: [APP.redirectUri],
    ...options,
  })
  onTestFinished(() => sandbox.stop())
  return sandbox
}

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** An app behind the sandbox: keeps what it receives and answers what `answer` says. */
export async function appForTest(
  answer: (received: Received, response: ServerResponse, count: number) => void = (_received, response) =>
    response.end(),
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
      received.push(one)
      answer(one, response, received.length)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}

/** One call to the stand-in's API as the app. */
export async function call(sandbox: Sandbox, token: string | null, method: string, path: string, body?: unknown) {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null }
}

/** A form-encoded POST, as the token endpoint wants it. */
export async function form(sandbox: Sandbox, path: string, fields: Record<string, string>) {
  const credentials = { client_id: APP.clientId, client_secret: APP.clientSecret }
  const response = await fetch(sandbox.url + path, {
    method: 'POST',
    body: new URLSearchParams({ ...credentials, ...fields }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

export function authorizeUrl(sandbox: Sandbox, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: APP.clientId,
    redirect_uri: APP.redirectUri,
    scope: SCOPES.join(' '),
    state: 'state-1',
    ...more,
  })
  return `${sandbox.url}/oauth/authorize?${query}`
}
