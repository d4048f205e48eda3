import type { Page } from '#core/page.ts'

/**
 * Links into a portal's own HubSpot. In production they lead to `https://{uiDomain}` and only if that is one of HubSpot's own
 * hosts; where consent is asked elsewhere (a stand-in on this machine), they lead there.
 */
export function portalLinks(authorizeUrl: string, portalId: number, uiDomain: string): NonNullable<Page['links']> {
  const asked = new URL(authorizeUrl)
  const isHubSpot = isHubSpotHost(asked.hostname)
  const base = isHubSpot ? `https://${isHubSpotHost(uiDomain) ? uiDomain : 'app.hubspot.com'}` : asked.origin
  return [
    { label: 'Open your deals in HubSpot', href: `${base}/contacts/${portalId}/objects/0-3/views/all/board` },
    { label: 'Open connected apps in HubSpot', href: `${base}/integrations-settings/${portalId}/installed` },
  ]
}

function isHubSpotHost(host: string): boolean {
  return /^[a-z0-9-]+\.hubspot\.com$/.test(host)
}
