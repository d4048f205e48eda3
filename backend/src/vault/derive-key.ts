import { hkdfSync } from 'node:crypto'

/** What a derived key is for. Each purpose gets its own key, so that no key is ever used for two things. */
export type KeyPurpose = 'seal' | 'link' | 'address' | 'message-id' | 'bounce-address' | 'track'

/** 32 bytes for one purpose from one of TOKEN_KEYS: HKDF-SHA256 (RFC 5869) without salt, the purpose as its info. */
export function deriveKey(key: Uint8Array, purpose: KeyPurpose): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync('sha256', key, '', `stagecue ${purpose} v1`, 32))
}
