import { createPrivateKey, type KeyObject } from 'node:crypto'

/** Signs the mails of one domain. */
export interface DkimKey {
  /** The `d=` of its signatures: the domain of the From address. */
  readonly domain: string
  /** The record with the public key is at `<selector>._domainkey.<domain>`. */
  readonly selector: string
  readonly privateKey: KeyObject
}

const DOMAIN = /^(?=.{1,189}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/
const SELECTOR = /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

/**
 * Reads `domain:selector:key`, the key a PKCS #8 DER in base64url. Undefined for anything that every receiver could not verify:
 * only RSA with 2048 to 4096 bits (RFC 8301, 3.2; Ed25519 of RFC 8463 is not verified everywhere).
 */
export function readDkimKey(text: string): DkimKey | undefined {
  const [domain = '', selector = '', key = '', ...more] = text.trim().split(':')
  if (more.length > 0 || !DOMAIN.test(domain) || !SELECTOR.test(selector) || !/^[A-Za-z0-9_-]+$/.test(key)) {
    return undefined
  }
  const privateKey = readPrivateKey(Buffer.from(key, 'base64url'))
  const bits = privateKey?.asymmetricKeyDetails?.modulusLength ?? 0
  if (privateKey?.asymmetricKeyType !== 'rsa' || bits < 2048 || bits > 4096) return undefined
  return { domain, selector, privateKey }
}

function readPrivateKey(der: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } catch {
    return undefined
  }
}
