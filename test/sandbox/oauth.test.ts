import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Clock } from '#core/clock.ts'
import { APP, authorizeUrl, call, form, HARBOR_PINE_ID, NORTHWIND_ID, SCOPES, sandboxForTest } from './starting.ts'

function movableClock() {
  let instant = Temporal.Instant.from('2026-11-21T09:00:00Z')
  const clock: Clock = () => instant
  return { clock, forward: (seconds: number) => (instant = instant.add({ seconds })) }
}

type TestSandbox = Awaited<ReturnType<typeof sandboxForTest>>

function codeFor(sandbox: TestSandbox, more: Record<string, string> = {}): string {
  const location = sandbox.tokens.approve(authorizeUrl(sandbox, more), NORTHWIND_ID)
  return new URL(location).searchParams.get('code') ?? ''
}

function exchange(sandbox: TestSandbox, code: string, more: Record<string, string> = {}) {
  const fields = { grant_type: 'authorization_code', code, redirect_uri: APP.redirectUri, ...more }
  return form(sandbox, '/oauth/2026-09/token', fields)
}

function refreshWith(sandbox: TestSandbox, refreshToken: unknown) {
  const fields = { grant_type: 'refresh_token', refresh_token: String(refreshToken) }
  return form(sandbox, '/oauth/2026-09/token', fields)
}

test('a code gives tokens that name the portal, the user and the scopes', async () => {
  const sandbox = await sandboxForTest()
  const { status, body } = await exchange(sandbox, codeFor(sandbox))
  expect(status).toBe(200)
  expect(body).toMatchObject({
    token_type: 'bearer',
    expires_in: 1800,
    hub_id: NORTHWIND_ID,
    user_id: 61204417,
    scopes: SCOPES,
    token_use: 'access_token',
    id_token: null,
  })
})

test('a code works once and not for long', async () => {
  const { clock, forward } = movableClock()
  const sandbox = await sandboxForTest({ clock })
  const code = codeFor(sandbox)
  expect((await exchange(sandbox, code)).status).toBe(200)
  expect(await exchange(sandbox, code)).toMatchObject({ status: 400, body: { status: 'BAD_AUTH_CODE' } })
  const late = codeFor(sandbox)
  forward(61)
  expect(await exchange(sandbox, late)).toMatchObject({ status: 400, body: { status: 'BAD_AUTH_CODE' } })
})

test('the token endpoint takes forms only', async () => {
  const sandbox = await sandboxForTest()
  const answer = await call(sandbox, null, 'POST', '/oauth/2026-09/token', { grant_type: 'refresh_token' })
  expect(answer.status).toBe(415)
})

test.each([
  ['BAD_CLIENT_ID', { client_id: 'other', client_secret: 'other' }],
  ['BAD_CLIENT_SECRET', { client_secret: 'other' }],
  ['BAD_GRANT_TYPE', { grant_type: 'password' }],
  ['BAD_AUTH_CODE', { code: 'nobody-issued-this' }],
  ['BAD_REDIRECT_URI', { redirect_uri: 'https://stagecue.example/other' }],
])('a wrong token request is answered with %s', async (status, fields) => {
  const sandbox = await sandboxForTest()
  const answer = await exchange(sandbox, codeFor(sandbox), fields)
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ status, message: expect.any(String), correlationId: expect.any(String) })
  expect(answer.body.error).toBeDefined()
})

test('a code asked for with a challenge needs its verifier', async () => {
  const sandbox = await sandboxForTest()
  const verifier = 'v'.repeat(43)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
  expect((await exchange(sandbox, codeFor(sandbox, pkce), { code_verifier: verifier })).status).toBe(200)
  const wrong = await exchange(sandbox, codeFor(sandbox, pkce), { code_verifier: 'w'.repeat(43) })
  expect(wrong).toMatchObject({ status: 400, body: { status: 'BAD_CODE_VERIFIER' } })
  expect((await exchange(sandbox, codeFor(sandbox, pkce))).body.status).toBe('BAD_CODE_VERIFIER')
})

test('an access token ends after half an hour and a refresh gives another', async () => {
  const { clock, forward } = movableClock()
  const sandbox = await sandboxForTest({ clock })
  const { accessToken, refreshToken } = sandbox.install(NORTHWIND_ID)
  const details = () => call(sandbox, accessToken, 'GET', '/account-info/2026-09/details')
  expect((await details()).body).toMatchObject({ portalId: NORTHWIND_ID, timeZone: 'America/Chicago' })
  forward(1800)
  expect(await details()).toMatchObject({ status: 401, body: { category: 'EXPIRED_AUTHENTICATION' } })
  const renewed = await refreshWith(sandbox, refreshToken)
  expect(renewed.body).toMatchObject({ refresh_token: refreshToken, hub_id: NORTHWIND_ID })
  const again = await call(sandbox, String(renewed.body.access_token), 'GET', '/account-info/2026-09/details')
  expect(again.status).toBe(200)
})

test('tokens can be expired and revoked from outside', async () => {
  const sandbox = await sandboxForTest()
  const { accessToken, refreshToken } = sandbox.install(NORTHWIND_ID)
  const details = async () => (await call(sandbox, accessToken, 'GET', '/account-info/2026-09/details')).body.category
  sandbox.tokens.expire(NORTHWIND_ID)
  expect(await details()).toBe('EXPIRED_AUTHENTICATION')
  expect((await refreshWith(sandbox, refreshToken)).status).toBe(200)
  sandbox.tokens.revoke(NORTHWIND_ID)
  expect(await details()).toBe('INVALID_AUTHENTICATION')
  expect((await refreshWith(sandbox, refreshToken)).body.status).toBe('BAD_REFRESH_TOKEN')
})

test('installing again replaces the refresh token', async () => {
  const sandbox = await sandboxForTest()
  const first = sandbox.install(NORTHWIND_ID)
  const second = sandbox.install(NORTHWIND_ID)
  expect((await refreshWith(sandbox, first.refreshToken)).body.status).toBe('BAD_REFRESH_TOKEN')
  expect((await refreshWith(sandbox, second.refreshToken)).status).toBe(200)
})

test('with rotation a used refresh token that comes back revokes the installation', async () => {
  const sandbox = await sandboxForTest({ rotate: true })
  const { refreshToken } = sandbox.install(NORTHWIND_ID)
  const second = await refreshWith(sandbox, refreshToken)
  expect(second.body.refresh_token).not.toBe(refreshToken)
  expect((await refreshWith(sandbox, refreshToken)).body).toMatchObject({
    status: 'BAD_REFRESH_TOKEN',
    error: 'invalid_grant',
  })
  expect(sandbox.tokens.reuses.get(NORTHWIND_ID)).toBe(1)
  expect((await refreshWith(sandbox, second.body.refresh_token)).body.status).toBe('BAD_REFRESH_TOKEN')
  const read = await call(sandbox, String(second.body.access_token), 'GET', '/account-info/2026-09/details')
  expect(read).toMatchObject({ status: 401, body: { category: 'INVALID_AUTHENTICATION' } })
})

test('an answer can be lost after the refresh token has rotated', async () => {
  const sandbox = await sandboxForTest({ rotate: true })
  const { refreshToken } = sandbox.install(NORTHWIND_ID)
  sandbox.faults.add({ match: { path: '/oauth/2026-09/token' }, kind: 'dropAnswer' })
  await expect(refreshWith(sandbox, refreshToken)).rejects.toThrow()
  expect(sandbox.tokens.refreshToken(NORTHWIND_ID)).not.toBe(refreshToken)
  expect(sandbox.tokens.refreshes.get(NORTHWIND_ID)).toBe(1)
})

test('introspection knows live tokens and says inactive for everything else', async () => {
  const sandbox = await sandboxForTest()
  const { accessToken, refreshToken } = sandbox.install(NORTHWIND_ID)
  const inspect = (token: string) => form(sandbox, '/oauth/2026-09/token/introspect', { token })
  expect((await inspect(accessToken)).body).toMatchObject({ active: true, hub_id: NORTHWIND_ID, app_id: APP.appId })
  expect((await inspect(refreshToken)).body).toMatchObject({ active: true, token_use: 'refresh_token' })
  const revoked = await form(sandbox, '/oauth/2026-09/token/revoke', { token: refreshToken })
  expect(revoked.status).toBe(200)
  expect((await inspect(refreshToken)).body).toEqual({ active: false })
  // Revoking leaves issued access tokens alone until they expire.
  expect((await inspect(accessToken)).body.active).toBe(true)
  expect((await refreshWith(sandbox, refreshToken)).body.status).toBe('BAD_REFRESH_TOKEN')
})

test('the app can uninstall itself', async () => {
  const sandbox = await sandboxForTest()
  const { accessToken, refreshToken } = sandbox.install(NORTHWIND_ID)
  const other = sandbox.install(HARBOR_PINE_ID)
  expect((await call(sandbox, accessToken, 'DELETE', '/appinstalls/2026-09/external-install')).status).toBe(204)
  expect((await call(sandbox, accessToken, 'GET', '/account-info/2026-09/details')).status).toBe(401)
  expect((await refreshWith(sandbox, refreshToken)).body.status).toBe('BAD_REFRESH_TOKEN')
  expect((await call(sandbox, other.accessToken, 'GET', '/account-info/2026-09/details')).status).toBe(200)
})

test('a call without the scope is refused by name', async () => {
  const sandbox = await sandboxForTest()
  const { accessToken } = sandbox.install(NORTHWIND_ID, ['oauth'])
  const answer = await call(sandbox, accessToken, 'GET', '/crm/objects/2026-09/deals')
  expect(answer.status).toBe(403)
  expect(answer.body).toMatchObject({
    category: 'MISSING_SCOPES',
    errors: [{ context: { requiredGranularScopes: ['crm.objects.deals.read'] } }],
  })
})

test('a call without a token is refused', async () => {
  const sandbox = await sandboxForTest()
  const answer = await call(sandbox, null, 'GET', '/crm/objects/2026-09/deals')
  expect(answer).toMatchObject({ status: 401, body: { category: 'INVALID_AUTHENTICATION' } })
})

test('the consent page says what it is, lists the portals and the scopes in words', async () => {
  const sandbox = await sandboxForTest()
  const response = await fetch(authorizeUrl(sandbox))
  const page = await response.text()
  expect(response.status).toBe(200)
  for (const words of [
    'stand-in for HubSpot',
    'Northwind Robotics',
    'Harbor &#38; Pine Studio',
    'View deals and their stages',
  ]) {
    expect(page).toContain(words)
  }
  const chosen = await fetch(authorizeUrl(sandbox).replace('/oauth/', `/oauth/${HARBOR_PINE_ID}/`))
  expect(await chosen.text()).toContain(`value="${HARBOR_PINE_ID}" checked`)
})

test('connecting and canceling lead back to the app with the state', async () => {
  const sandbox = await sandboxForTest()
  const query = new URL(authorizeUrl(sandbox)).search.slice(1)
  const decide = async (decision: string) => {
    const body = new URLSearchParams({ query, decision, portalId: String(HARBOR_PINE_ID) })
    const address = `${sandbox.url}/oauth/authorize/decision`
    const response = await fetch(address, { method: 'POST', body, redirect: 'manual' })
    return new URL(response.headers.get('location') ?? '')
  }
  const connected = await decide('connect')
  expect(connected.searchParams.get('state')).toBe('state-1')
  const granted = await exchange(sandbox, connected.searchParams.get('code') ?? '')
  expect(granted.body.hub_id).toBe(HARBOR_PINE_ID)
  const canceled = await decide('cancel')
  expect(canceled.searchParams.get('error')).toBe('access_denied')
  expect(canceled.searchParams.get('state')).toBe('state-1')
})

test.each([
  ['Scope mismatch', { scope: 'oauth' }],
  ['Scope mismatch', { scope: [...SCOPES, 'crm.lists.read'].join(' ') }],
  ['Scope mismatch', { optional_scope: 'automation' }],
  ['Unknown app', { client_id: 'other' }],
  ['Redirect address does not match', { redirect_uri: 'https://evil.example/' }],
])('the consent page explains a wrong install address: %s', async (title, more) => {
  const sandbox = await sandboxForTest()
  const response = await fetch(authorizeUrl(sandbox, more))
  expect(response.status).toBe(400)
  expect(await response.text()).toContain(title)
})
