import { createHmac } from 'node:crypto'
import { CompactEncrypt, CompactSign, compactDecrypt, compactVerify, decodeProtectedHeader } from 'jose'
import { AppError } from '#core/errors.ts'
import type { LinkClaims, SealContext, Vault } from '#core/vault.ts'
import { openAddress, signAddress } from './address-token.ts'
import { base32 } from './base32.ts'
import { openBounce, signBounce } from './bounce-token.ts'
import { deriveKey } from './derive-key.ts'
import { openTrack, signTrack } from './track-token.ts'

/** One of TOKEN_KEYS: `key` is 32 random bytes, `kid` its public name. */
export interface VaultKey {
  readonly kid: string
  readonly key: Uint8Array
}

interface KeyRing {
  readonly kid: string
  readonly seal: CryptoKey
  readonly link: CryptoKey
  readonly address: Uint8Array
  readonly bounce: Uint8Array
  readonly track: Uint8Array
}

/**
 * Opens the vault: the first key seals and signs, every key opens and verifies, so a new key is put first and the old one
 * stays until nothing carries its `kid` any more. `digest` uses the first key alone: its values change with a rotation.
 * That is fine for a Message-ID, which is frozen with its mail's bytes and never computed again for the same delivery.
 * Throws `AppError('misconfigured')` for no key, a key that is not 32 bytes long, or a `kid` used twice.
 */
export async function openVault(keys: readonly VaultKey[]): Promise<Vault> {
  const [first] = keys
  if (!first) throw new AppError('misconfigured', 'TOKEN_KEYS is empty. Set at least one key.')
  const rings = new Map<string, KeyRing>()
  for (const { kid, key } of keys) {
    if (key.length !== 32) throw new AppError('misconfigured', `The key "${kid}" of TOKEN_KEYS must be 32 bytes long.`)
    if (rings.has(kid)) throw new AppError('misconfigured', `TOKEN_KEYS names the key "${kid}" twice.`)
    rings.set(kid, await makeRing(kid, key))
  }
  const current = await makeRing(first.kid, first.key)
  const addressKeys = [...rings.values()].map((ring) => ring.address)
  const bounceKeys = [...rings.values()].map((ring) => ring.bounce)
  const trackKeys = [...rings.values()].map((ring) => ring.track)
  const digestKeys = { 'message-id': deriveKey(first.key, 'message-id') }
  return {
    seal: (text, context) => seal(current, text, context),
    open: (sealed, context) => open(rings, sealed, context),
    signLink: (claims) => signLink(current, claims),
    signAddress: (claims) => signAddress(current.address, claims),
    signBounce: (claims) => signBounce(current.bounce, claims),
    openBounce: (token) => openBounce(bounceKeys, token),
    signTrack: (claims) => signTrack(current.track, claims),
    openTrack: (token) => openTrack(trackKeys, token),
    openLink: async (token) => openAddress(addressKeys, token) ?? openLink(rings, token),
    digest: (purpose, input) => base32(createHmac('sha256', digestKeys[purpose]).update(input).digest()),
  }
}

async function makeRing(kid: string, key: Uint8Array): Promise<KeyRing> {
  const { subtle } = globalThis.crypto
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  return {
    kid,
    seal: await subtle.importKey('raw', deriveKey(key, 'seal'), 'AES-GCM', false, ['encrypt', 'decrypt']),
    link: await subtle.importKey('raw', deriveKey(key, 'link'), hmac, false, ['sign', 'verify']),
    address: deriveKey(key, 'address'),
    bounce: deriveKey(key, 'bounce-address'),
    track: deriveKey(key, 'track'),
  }
}

function seal(ring: KeyRing, text: string, { portalId, column }: SealContext): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: ring.kid, portal: portalId, column })
    .encrypt(ring.seal)
}

async function open(
  rings: ReadonlyMap<string, KeyRing>,
  sealed: string,
  { portalId, column }: SealContext,
): Promise<string> {
  const ring = rings.get(kidOf(sealed))
  if (!ring) {
    throw new AppError('internal', 'A sealed text names a key that TOKEN_KEYS does not hold. Put the old key back.')
  }
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, ring.seal, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      // We never compress: the length of a compressed secret tells about its content (CRIME).
      maxDecompressedLength: 0,
    })
    const belongs = protectedHeader.portal === portalId && protectedHeader.column === column
    if (belongs) return new TextDecoder().decode(plaintext)
  } catch (cause) {
    throw new AppError('internal', 'A sealed text was changed and cannot be opened. Connect the account again.', {
      cause,
    })
  }
  throw new AppError(
    'internal',
    'A sealed text belongs to another place and was not opened. Connect the account again.',
  )
}

function signLink(ring: KeyRing, { purpose, portalId, enrollmentId }: LinkClaims): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify({ purpose, portalId, enrollmentId })))
    .setProtectedHeader({ alg: 'HS256', kid: ring.kid })
    .sign(ring.link)
}

async function openLink(rings: ReadonlyMap<string, KeyRing>, token: string): Promise<LinkClaims | undefined> {
  const ring = rings.get(kidOf(token))
  if (!ring) return undefined
  try {
    const { payload } = await compactVerify(token, ring.link, { algorithms: ['HS256'] })
    return readClaims(JSON.parse(new TextDecoder().decode(payload)))
  } catch {
    return undefined
  }
}

function readClaims(value: unknown): LinkClaims | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { purpose, portalId, enrollmentId } = value as Partial<Record<keyof LinkClaims, unknown>>
  if (purpose !== 'unsubscribe' || typeof enrollmentId !== 'string') return undefined
  if (typeof portalId !== 'number' || !Number.isSafeInteger(portalId) || portalId <= 0) return undefined
  return { purpose, portalId, enrollmentId }
}

/** The name of the key a token asks for; '' for what is no token at all. */
function kidOf(token: string): string {
  try {
    return decodeProtectedHeader(token).kid ?? ''
  } catch {
    return ''
  }
}
