import { expect, test } from 'vitest'
import type { PortalContext } from '#core/context.ts'
import { disconnect } from '#modules/installations/disconnect.ts'
import { APP, SCOPES } from '#test/sandbox/starting.ts'
import { useDatabase } from '#test/support/database.ts'
import { openApp } from './browser.ts'
import { PUBLIC_URL } from './world.ts'

const database = useDatabase()

test('the install page leads to HubSpot with our scopes, a challenge and a state that only this browser holds', async () => {
  const { browser, app } = await openApp(database)
  const one = browser()
  const url = new URL(await one.start())
  expect(url.pathname).toBe('/oauth/authorize')
  expect(url.searchParams.get('scope')).toBe(SCOPES.join(' '))
  expect(url.search).not.toContain('+')
  expect(url.searchParams.get('code_challenge_method')).toBe('S256')
  expect(url.searchParams.get('redirect_uri')).toBe(`${PUBLIC_URL}/oauth/callback`)
  expect([...one.cookies.keys()]).toEqual(['__Host-stagecue-state', '__Host-stagecue-verifier'])
  const { cookies } = await app.inject('/oauth/install')
  for (const cookie of cookies) {
    expect(cookie).toMatchObject({ path: '/', httpOnly: true, secure: true, sameSite: 'Lax', maxAge: 600 })
  }
})

test('on a developer’s machine without https the cookies have plain names', async () => {
  const { browser, world } = await openApp(database, { publicUrl: 'http://localhost:3000' })
  const one = browser()
  const portalId = world.addPortal()
  const page = await one.get(await one.consent(portalId))
  expect(page.statusCode).toBe(200)
  expect((await world.installation(portalId))?.status).toBe('connected')
})

test('consent connects the account and says what to do next', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const portalId = world.addPortal()
  const page = await one.get(await one.consent(portalId))
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain('<h1>Connected to northwind')
  expect(page.body).toContain(`href="${world.sandbox.url}/contacts/${portalId}/`)
  expect(page.body).not.toMatch(/<script|\son\w+=/i)
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  expect(one.cookies.size).toBe(0)
  expect((await world.installation(portalId))?.status).toBe('connected')
  const again = await one.get(await one.consent(portalId))
  expect(again.body).toContain('Your settings and mappings are as they were')
  expect(await world.activities(portalId)).toEqual(['installation.connected', 'installation.reconnected'])
})

test('who connects again after a disconnect is told that what was stopped stays stopped', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const portalId = world.addPortal()
  await one.get(await one.consent(portalId))
  const actor = { kind: 'user', userId: '9', email: 'admin@example.com' } as const
  await disconnect(world.process().deps, { portalId, actor, requestId: 'r1' })
  const again = await one.get(await one.consent(portalId))
  expect(again.body).toContain('stays stopped')
  expect(again.body).not.toContain('waiting work goes on')
  expect((await world.installation(portalId))?.status).toBe('connected')
})

test('what runs first after connecting knows the portal and the person, and its failure breaks nothing', async () => {
  const seen: unknown[] = []
  const onConnected = async ({ portalId, actor }: PortalContext) => {
    seen.push({ portalId, kind: actor.kind })
    throw new Error('no pipelines today')
  }
  const { browser, world } = await openApp(database, { onConnected })
  const one = browser()
  const portalId = world.addPortal()
  const page = await one.get(await one.consent(portalId))
  expect(page.statusCode).toBe(200)
  expect(seen).toEqual([{ portalId, kind: 'user' }])
  expect((await world.installation(portalId))?.status).toBe('connected')
  expect(world.logged.join()).toContain('first work after connecting failed')
  await one.get('/oauth/callback?code=x&state=forged')
  expect(seen).toHaveLength(1)
})

test('a code that HubSpot takes for used is explained and stores nothing', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const portalId = world.addPortal()
  const back = new URL(await one.consent(portalId))
  back.searchParams.set('code', 'replayed')
  const page = await one.get(back.href)
  expect(page.statusCode).toBe(400)
  expect(page.body).toContain('HubSpot did not accept the connection')
  expect(await world.installation(portalId)).toBeUndefined()
})

test('missing permissions are named in words and nothing is stored', async () => {
  const { browser, world } = await openApp(database, { scopes: { required: [], optional: [], conditional: [] } })
  const one = browser()
  const portalId = world.addPortal()
  const url = new URL(await one.start())
  url.searchParams.set('scope', SCOPES.filter((scope) => scope !== 'crm.objects.deals.read').join(' '))
  const back = new URL(world.sandbox.tokens.approve(url.href, portalId))
  const page = await one.get(back.href)
  expect(page.statusCode).toBe(400)
  expect(page.body).toContain('<li>View deals (crm.objects.deals.read)</li>')
  expect(await world.installation(portalId)).toBeUndefined()
})

test.each(['access_denied', 'server_error'])('%s from HubSpot is explained', async (error) => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const state = new URL(await one.start()).searchParams.get('state')
  const page = await one.get(
    `/oauth/callback?error=${error}&error_description=<script>alert(1)</script>&state=${state}`,
  )
  expect(page.statusCode).toBe(400)
  expect(page.body).toContain('Start again')
  expect(page.body).not.toContain('alert')
  expect(world.tokenCalls()).toBe(0)
})

test.each([
  ['', 'HubSpot sent you back without an answer'],
  ['?error=access_denied', 'The connection was canceled'],
  ['?state=never-made&code=c', 'no longer valid'],
  ['?state=a&state=b&code=c', 'no longer valid'],
  [`?code=${'c'.repeat(3000)}&state=s`, 'no longer valid'],
])('a callback with "%s" is answered with a page', async (query, words) => {
  const { browser, world } = await openApp(database)
  const page = await browser().get(`/oauth/callback${query}`)
  expect(page.statusCode).toBe(400)
  expect(page.headers['content-type']).toContain('text/html')
  expect(page.body).toContain(words)
  expect(world.tokenCalls()).toBe(0)
})

test.each([
  { path: '/oauth/2026-09/token', kind: 'reset', status: 502 },
  { path: '/oauth/2026-09/token', kind: 'html', status: 502 },
  { path: '/oauth/2026-09/token/introspect', kind: 'truncated', status: 502 },
  { path: '/account-info', kind: 'status', status: 502 },
] as const)(
  'when $path fails ($kind) nothing is stored and the person may start again',
  async ({ path, kind, status }) => {
    const { browser, world } = await openApp(database)
    const one = browser()
    const portalId = world.addPortal()
    const back = await one.consent(portalId)
    world.sandbox.faults.add({ match: { path }, kind })
    const page = await one.get(back)
    expect(page.statusCode).toBe(status)
    expect(page.body).toContain('Start again')
    expect(await world.installation(portalId)).toBeUndefined()
    expect((await one.get(await one.consent(portalId))).statusCode).toBe(200)
  },
)

test('a wrong client secret is explained to the operator, without showing it', async () => {
  const { browser, world } = await openApp(database)
  const one = browser()
  const portalId = world.addPortal()
  const back = await one.consent(portalId)
  const body = { status: 'BAD_CLIENT_SECRET', error: 'invalid_client', message: 'missing or invalid client secret' }
  world.sandbox.faults.add({ match: { path: '/oauth/2026-09/token' }, kind: 'status', status: 400, body })
  const page = await one.get(back)
  expect(page.statusCode).toBe(500)
  expect(page.body).toContain('HUBSPOT_CLIENT_SECRET')
  expect(page.body).not.toContain(APP.clientSecret)
})

test('an unexpected failure shows a page without details', async () => {
  const { browser, world } = await openApp(database, {
    oauth: (real) => ({
      ...real,
      exchange: async () => {
        throw new Error('canary-detail')
      },
    }),
  })
  const one = browser()
  const page = await one.get(await one.consent(world.addPortal()))
  expect(page.statusCode).toBe(500)
  expect(page.body).toContain('Something went wrong on our side')
  expect(page.body).not.toContain('canary-detail')
})

test('optional permissions are asked for beside the required ones, and only when there are any', async () => {
  const { browser } = await openApp(database)
  expect(new URL(await browser().start()).searchParams.has('optional_scope')).toBe(false)
  const optional = ['crm.objects.deals.write', 'crm.schemas.deals.write']
  const other = await openApp(database, {
    optionalScopes: optional,
    scopes: { required: SCOPES, optional, conditional: [] },
  })
  const one = other.browser()
  const url = new URL(await one.start())
  expect(url.searchParams.get('scope')).toBe(SCOPES.join(' '))
  expect(url.searchParams.get('optional_scope')).toBe(optional.join(' '))
  expect(url.search).not.toContain('+')
})
