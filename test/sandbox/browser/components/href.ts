import type { HrefProp } from '@hubspot/ui-extensions'

export interface Target {
  href: string
  target?: '_blank'
  rel?: string
}

const RECORD_PATH = /\/contacts\/(\d+)\/record\/(0-1|0-3)\/(\d+)/

/**
 * Where a link of an extension leads. HubSpot record URLs lead to the sandbox's record pages; other sites open in a
 * new tab, and so does a link that asks for it. Anything but http(s), mail and phone is dropped.
 */
export function readTarget(href: HrefProp | undefined): Target | undefined {
  if (!href) return undefined
  const url = new URL(typeof href === 'string' ? href : href.url, window.location.href)
  if (!['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol)) return undefined
  const record = RECORD_PATH.exec(url.pathname)
  const path = record && `/${record[2] === '0-3' ? 'deals' : 'contacts'}/${record[1]}/${record[3]}`
  const isElsewhere = !path && url.origin !== window.location.origin
  const opensTab = isElsewhere || (typeof href === 'object' && href.external === true)
  return { href: path ?? url.href, ...(opensTab ? { target: '_blank', rel: 'noreferrer' } : {}) }
}
