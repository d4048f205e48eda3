/** The parts of the worker's globals a key is made from; each may be missing. */
export interface Randomness {
  crypto?: { getRandomValues?(bytes: Uint8Array<ArrayBuffer>): unknown } | undefined
  random(): number
  now(): number
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * A new idempotency key: 32 characters of `A-Za-z0-9_-`. It need not be secret, only never made twice, so a worker without
 * `crypto` falls back to its clock and `Math.random`.
 */
export function makeIdempotencyKey(randomness: Randomness = worker): string {
  const bytes = new Uint8Array(32)
  if (typeof randomness.crypto?.getRandomValues === 'function') {
    randomness.crypto.getRandomValues(bytes)
    return [...bytes].map(letter).join('')
  }
  const clock = randomness.now().toString(36).padStart(9, '0')
  return `${clock}-${Array.from({ length: 22 }, () => letter(randomness.random() * 64)).join('')}`
}

function letter(value: number): string {
  return ALPHABET.charAt(Math.floor(value) % 64)
}

const worker: Randomness = {
  crypto: globalThis.crypto,
  random: () => Math.random(),
  now: () => Date.now(),
}
