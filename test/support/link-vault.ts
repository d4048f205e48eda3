import { createHmac, timingSafeEqual } from 'node:crypto'
import type { LinkClaims, Vault } from '#core/vault.ts'
import { openAddress, signAddress } from '#vault/address-token.ts'
import { openBounce, signBounce } from '#vault/bounce-token.ts'
import { openTrack, signTrack } from '#vault/track-token.ts'

const KEY = 'a key for tests'
const ADDRESS_KEY = Buffer.from(KEY)
const BOUNCE_KEY = Buffer.from(`${KEY} of bounces`)
const TRACK_KEY = Buffer.from(`${KEY} of links`)
const mac = (text: string) => createHmac('sha256', KEY).update(text).digest('hex')

/** The vault's links and digests with a fixed key, for tests that do not need sealed tokens. */
export const linkVault: Vault = {
  seal: async () => {
    throw new Error('this test seals nothing')
  },
  open: async () => {
    throw new Error('this test opens nothing')
  },
  signLink: async (claims) => {
    const body = Buffer.from(JSON.stringify(claims)).toString('base64url')
    return `${body}.${mac(body)}`
  },
  signAddress: (claims) => signAddress(ADDRESS_KEY, claims),
  signBounce: (claims) => signBounce(BOUNCE_KEY, claims),
  openBounce: (token) => openBounce([BOUNCE_KEY], token),
  signTrack: (claims) => signTrack(TRACK_KEY, claims),
  openTrack: (token) => openTrack([TRACK_KEY], token),
  openLink: async (token) => {
    const address = openAddress([ADDRESS_KEY], token)
    if (address) return address
    const [body = '', signature = ''] = token.split('.')
    const expected = mac(body)
    if (signature.length !== expected.length) return undefined
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined
    const claims: LinkClaims = JSON.parse(Buffer.from(body, 'base64url').toString())
    return claims
  },
  digest: (purpose, input) => mac(`${purpose}|${input}`).slice(0, 52),
}
