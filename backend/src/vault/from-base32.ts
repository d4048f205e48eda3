import { base32 } from './base32.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** What `base32` made of bytes, back to bytes; letters in either case. Undefined for any other text. */
export function fromBase32(text: string): Buffer | undefined {
  const lower = text.toLowerCase()
  const bytes: number[] = []
  let pending = 0
  let bits = 0
  for (const character of lower) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) return undefined
    pending = ((pending << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((pending >>> bits) & 0xff)
    }
  }
  const read = Buffer.from(bytes)
  // One text for each value: what is left over must be zero, as base32 writes it.
  return base32(read) === lower ? read : undefined
}
