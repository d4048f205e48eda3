import { expect, onTestFinished, test } from 'vitest'
import { createHubSpotOAuth } from '#hubspot/oauth.ts'
import { APP, NORTHWIND_ID, SCOPES, sandboxForTest } from '#test/sandbox/starting.ts'
import { TestClock } from '#test/support/deps.ts'

const TOKEN = '/oauth/2026-09/token'

async function start() {
  const sandbox = await sandboxForTest()
  const { clientId, clientSecret } = APP
  const oauth = createHubSpotOAuth({ apiUrl: sandbox.url, clientId, clientSecret, clock: new TestClock().read })
  onTestFinished(() => oauth.close())
  return { sandbox, oauth, ...sandbox.install(NORTHWIND_ID, SCOPES) }
}

test('a refresh gives the whole grant', async () => {
  const { oauth, refreshToken } = await start()
  expect(await oauth.refresh(refreshToken)).toEqual({
    kind: 'granted',
    grant: {
      accessToken: expect.stringMatching(/^CSand/),
      refreshToken,
      expiresInSeconds: 1800,
      portalId: NORTHWIND_ID,
      userId: '61204417',
      scopes: SCOPES,
    },
  })
})

test.each([
  { status: 400, body: { status: 'BAD_REFRESH_TOKEN', error: 'invalid_grant' }, kind: 'refused' },
  { status: 400, body: { status: 'BAD_HUB', error: 'access_denied' }, kind: 'refused' },
  { status: 400, body: { status: 'BAD_AUTH_CODE' }, kind: 'refused' },
  { status: 400, body: { error: 'invalid_grant' }, kind: 'refused' },
  { status: 400, body: { status: 'BAD_CLIENT_ID', error: 'invalid_client' }, kind: 'misconfigured' },
  { status: 400, body: { status: 'BAD_REDIRECT_URI', error: 'invalid_grant' }, kind: 'misconfigured' },
  { status: 401, body: { error: 'invalid_client' }, kind: 'misconfigured' },
  { status: 400, body: { status: 'SOMETHING_NEW' }, kind: 'unavailable' },
  { status: 429, body: { status: 'error', policyName: 'SECONDLY' }, kind: 'unavailable' },
  { status: 503, body: { status: 'BAD_REFRESH_TOKEN', error: 'invalid_grant' }, kind: 'unavailable' },
  { status: 200, body: { access_token: '' }, kind: 'unavailable' },
  { status: 200, body: ['unexpected'], kind: 'unavailable' },
])('$status with $body is $kind', async ({ status, body, kind }) => {
  const { sandbox, oauth, refreshToken } = await start()
  sandbox.faults.add({ match: { path: TOKEN }, kind: 'status', status, body })
  expect(await oauth.refresh(refreshToken)).toMatchObject({ kind })
})

test.each(['html', 'truncated', 'reset', 'dropAnswer'] as const)(
  'an answer that is %s is unavailable',
  async (kind) => {
    const { sandbox, oauth, refreshToken } = await start()
    sandbox.faults.add({ match: { path: TOKEN }, kind })
    const answer = await oauth.refresh(refreshToken)
    expect(answer.kind).toBe('unavailable')
    expect(JSON.stringify(answer)).not.toContain(refreshToken)
  },
)

test('introspection tells whose token it is, and nothing of a dead one', async () => {
  const { oauth, accessToken, refreshToken } = await start()
  expect(await oauth.introspect(accessToken)).toMatchObject({ kind: 'active', portalId: NORTHWIND_ID })
  expect(await oauth.introspect('nobody-issued-this')).toEqual({ kind: 'inactive' })
  expect(await oauth.uninstall(accessToken)).toBe(true)
  expect(await oauth.introspect(accessToken)).toEqual({ kind: 'inactive' })
  expect(await oauth.refresh(refreshToken)).toMatchObject({ kind: 'refused' })
  expect(await oauth.uninstall(accessToken)).toBe(false)
})
