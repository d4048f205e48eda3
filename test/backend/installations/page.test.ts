import { expect, test } from 'vitest'
import { pagePolicy, renderPage } from '#modules/installations/page.ts'
import { portalLinks } from '#modules/installations/portal-links.ts'

test('whatever a page is given shows as text', async () => {
  const hostile = `"><img src=x onerror=alert(1)>'&`
  const links = [{ label: hostile, href: hostile }]
  const html = renderPage({ title: hostile, paragraphs: [hostile], list: [hostile], links })
  expect(html).not.toContain('<img')
  expect(html.match(/&lt;img src=x/g)).toHaveLength(6)
})

test('the policy allows our own style by its hash and nothing else', async () => {
  expect(await pagePolicy()).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  )
})

test.each([
  ['app-eu1.hubspot.com', 'https://app-eu1.hubspot.com/'],
  ['app.hubspot.com', 'https://app.hubspot.com/'],
  ['evil.example', 'https://app.hubspot.com/'],
  ['app.hubspot.com.evil.example', 'https://app.hubspot.com/'],
  ['evil.example/.hubspot.com', 'https://app.hubspot.com/'],
])('links into HubSpot for the host %s lead to %s', (uiDomain, base) => {
  for (const { href } of portalLinks('https://app.hubspot.com', 62515, uiDomain)) {
    expect(href.startsWith(base)).toBe(true)
    expect(href).toContain('/62515/')
  }
})
