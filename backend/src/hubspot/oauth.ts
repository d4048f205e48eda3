import type { Clock } from '#core/clock.ts'
import { API_VERSION } from './family.ts'
import { type Origin, openOrigin, type Sent } from './origin.ts'
import { readRetryAfter } from './retry-after.ts'

/** What the token endpoint gave. */
export interface TokenGrant {
  readonly accessToken: string
  /** undefined when the answer had none: the old one stays valid. */
  readonly refreshToken: string | undefined
  readonly expiresInSeconds: number
  readonly portalId: number
  readonly userId: string | null
  readonly scopes: readonly string[]
}

/**
 * Why there is no grant. `refused`: this code or refresh token is not valid (any more), trying again is useless. `misconfigured`:
 * HubSpot does not know our client id, secret or redirect URL. `unavailable`: no usable answer; whether HubSpot did the work
 * is then unknown.
 */
export type NoGrant =
  | { readonly kind: 'refused' | 'misconfigured'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly detail: string; readonly retryAfterMs: number | undefined }

export type TokenAnswer = { readonly kind: 'granted'; readonly grant: TokenGrant } | NoGrant

export type Introspection =
  | { readonly kind: 'active'; readonly portalId: number; readonly domain: string | null; readonly user: string | null }
  | { readonly kind: 'inactive' }
  | NoGrant

/** HubSpot's token endpoints (HubSpot docs, manage OAuth tokens). Expected failures are values. */
export interface HubSpotOAuth {
  exchange(input: { code: string; redirectUri: string; codeVerifier: string }): Promise<TokenAnswer>
  refresh(refreshToken: string): Promise<TokenAnswer>
  introspect(accessToken: string): Promise<Introspection>
  /** Access tokens that were issued before keep working until they expire. True when HubSpot confirmed. */
  revoke(refreshToken: string): Promise<boolean>
  /** Removes the app from the token's portal; HubSpot mails the portal's admins. True when HubSpot confirmed. */
  uninstall(accessToken: string): Promise<boolean>
  /** For calls with a bearer token that belong to an installation, see account.ts. */
  readonly origin: Origin
  close(): Promise<void>
}

export interface HubSpotOAuthOptions {
  /** HUBSPOT_API_URL. */
  readonly apiUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly clock: Clock
}

export function createHubSpotOAuth(options: HubSpotOAuthOptions): HubSpotOAuth {
  const origin = openOrigin(options.apiUrl)
  const tokenPath = `/oauth/${API_VERSION.oauth}/token`
  // Form-encoded: the endpoint answers JSON with 415.
  const post = (path: string, fields: Record<string, string>) =>
    origin.send({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        client_id: options.clientId,
        client_secret: options.clientSecret,
        ...fields,
      }).toString(),
    })
  const read = (sent: Sent) => readGrant(sent, options.clock())
  return {
    origin,
    close: () => origin.close(),
    exchange: async ({ code, redirectUri, codeVerifier }) =>
      read(
        await post(tokenPath, {
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          code_verifier: codeVerifier,
        }),
      ),
    refresh: async (refreshToken) =>
      read(await post(tokenPath, { grant_type: 'refresh_token', refresh_token: refreshToken })),
    introspect: async (token) =>
      readIntrospection(
        await post(`${tokenPath}/introspect`, { token, token_type_hint: 'access_token' }),
        options.clock(),
      ),
    revoke: async (token) => succeeded(await post(`${tokenPath}/revoke`, { token, token_type_hint: 'refresh_token' })),
    uninstall: async (accessToken) =>
      succeeded(
        await origin.send({
          method: 'DELETE',
          path: `/appinstalls/${API_VERSION.install}/external-install`,
          headers: { authorization: `Bearer ${accessToken}` },
        }),
      ),
  }
}

function readGrant(sent: Sent, now: Temporal.Instant): TokenAnswer {
  const fields = fieldsOf(sent)
  if (!fields) return explainNoGrant(sent, now)
  const { access_token, refresh_token, expires_in, hub_id, user_id, scopes } = fields
  if (typeof access_token !== 'string' || access_token === '' || !isPositive(expires_in) || !isPositive(hub_id)) {
    return { kind: 'unavailable', detail: 'the token endpoint left out the token', retryAfterMs: undefined }
  }
  const grant = {
    accessToken: access_token,
    refreshToken: typeof refresh_token === 'string' && refresh_token !== '' ? refresh_token : undefined,
    expiresInSeconds: expires_in,
    portalId: hub_id,
    userId: isPositive(user_id) ? String(user_id) : null,
    scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : [],
  }
  return { kind: 'granted', grant }
}

function readIntrospection(sent: Sent, now: Temporal.Instant): Introspection {
  const fields = fieldsOf(sent)
  if (!fields) return explainNoGrant(sent, now)
  const { active, hub_id, hub_domain, user } = fields
  if (active !== true || !isPositive(hub_id)) return { kind: 'inactive' }
  return { kind: 'active', portalId: hub_id, domain: textOrNull(hub_domain), user: textOrNull(user) }
}

/** `status` codes of the token endpoint that are about our settings, not about the portal's grant. */
const MISCONFIGURED: ReadonlySet<string> = new Set([
  'BAD_CLIENT_ID',
  'BAD_CLIENT_SECRET',
  'BAD_REDIRECT_URI',
  'BAD_GRANT_TYPE',
  'BAD_SCOPES',
])
const REFUSED: ReadonlySet<string> = new Set(['BAD_REFRESH_TOKEN', 'BAD_AUTH_CODE', 'BAD_CODE_VERIFIER', 'BAD_HUB'])

/**
 * HubSpot names the reason in `status`, the OAuth standard in `error` (RFC 6749 §5.2); the first is the finer one. What names
 * neither is taken as a fault that passes: a portal is never given up because of an answer nobody understands.
 */
function explainNoGrant(sent: Sent, now: Temporal.Instant): NoGrant {
  if (sent.kind !== 'answered') return { kind: 'unavailable', detail: sent.detail, retryAfterMs: undefined }
  const { status, error } = recordOf(sent.body)
  const code = textOrNull(status) ?? ''
  const detail = `the token endpoint answered ${sent.status} ${code || (textOrNull(error) ?? '')}`.trim()
  const rejected = sent.status >= 400 && sent.status < 500 && sent.status !== 429
  if (rejected && MISCONFIGURED.has(code)) return { kind: 'misconfigured', detail }
  if (rejected && (REFUSED.has(code) || error === 'invalid_grant')) return { kind: 'refused', detail }
  if (rejected && error === 'invalid_client') return { kind: 'misconfigured', detail }
  return { kind: 'unavailable', detail, retryAfterMs: readRetryAfter(sent.headers, now) }
}

function succeeded(sent: Sent): boolean {
  return 'status' in sent && sent.status >= 200 && sent.status < 300
}

function fieldsOf(sent: Sent): Record<string, unknown> | undefined {
  return sent.kind === 'answered' && sent.status === 200 ? recordOf(sent.body) : undefined
}

function recordOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
