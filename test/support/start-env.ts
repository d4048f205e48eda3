import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { createDatabase } from './with-database.ts'

export interface StartEnv extends Record<string, string> {
  readonly PORT: string
  readonly PUBLIC_URL: string
  readonly HUBSPOT_CLIENT_SECRET: string
  readonly TOKEN_KEYS: string
}

/** Complete settings for a server on `port` that never gets to talk to HubSpot or a mail server. */
export function startEnv(port: number): StartEnv {
  return {
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    HUBSPOT_CLIENT_ID: 'client-id',
    HUBSPOT_CLIENT_SECRET: `secret-${randomBytes(8).toString('hex')}`,
    HUBSPOT_APP_ID: '42',
    HUBSPOT_API_URL: 'http://127.0.0.1:1',
    HUBSPOT_AUTHORIZE_URL: 'http://127.0.0.1:1',
    TOKEN_KEYS: `test:${randomBytes(32).toString('base64url')}`,
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_DOMAIN: 'mail.example.com',
  }
}

/** A fresh database; with a template a migrated one. Gives its URL. */
export async function newDatabase(adminUrl: string, template?: string): Promise<{ name: string; url: string }> {
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await createDatabase(adminUrl, name, template)
  return { name, url: adminUrl.replace(/\/postgres$/, `/${name}`) }
}

/** One statement as the owner. */
export async function run<T extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<T>(text, values)).rows
  } finally {
    await client.end()
  }
}

/** A connected portal without tokens: enough for events to be stored. */
export async function insertPortal(url: string, portalId: number): Promise<void> {
  await run(
    url,
    `insert into installations (portal_id, status, status_at, connected_at) values ($1, 'connected', now(), now() - interval '1 day')`,
    [portalId],
  )
}

let serial = 0

/** A new stage change of a deal, signed as HubSpot signs it. */
export async function postStageChange(env: StartEnv, portalId: number, dealId = 1): Promise<Response> {
  serial++
  const event = {
    ...{ eventId: serial, subscriptionId: 25, portalId, appId: 42, occurredAt: Date.now() + serial, attemptNumber: 0 },
    ...{ subscriptionType: 'object.propertyChange', objectId: dealId, objectTypeId: '0-3' },
    ...{ propertyName: 'dealstage', propertyValue: 'booked', changeSource: 'CRM_UI', sourceId: 'userId:9' },
  }
  const body = JSON.stringify([event])
  const url = `${env.PUBLIC_URL}/webhooks/hubspot`
  const timestamp = String(Date.now())
  const signature = createHmac('sha256', env.HUBSPOT_CLIENT_SECRET).update(`POST${url}${body}${timestamp}`)
  return fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-hubspot-signature-v3': signature.digest('base64'),
      'x-hubspot-request-timestamp': timestamp,
    },
  })
}
