const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** Base32 (RFC 4648 §6) in lower case, without padding: safe in the local part of an address, which may be case-folded. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let pending = 0
  let bits = 0
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(pending >>> (bits - 5)) & 31]
  }
  return bits > 0 ? text + ALPHABET[(pending << (5 - bits)) & 31] : text
}
