import { expect, test } from 'vitest'
import { portalLinks } from '#modules/installations/portal-links.ts'

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
