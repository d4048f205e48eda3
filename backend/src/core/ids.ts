import { randomBytes, randomUUIDv7 } from 'node:crypto'

/** Makes one new id: a UUID version 7 (RFC 9562), so that ids sort in the order in which one process made them. */
export type Ids = () => string

/** A number in [0, 1), for jitter only; never for anything secret. */
export type Random = () => number

/** `bytes` unguessable bytes, for state, keys and nonces. */
export type Secrets = (bytes: number) => Buffer

export const systemIds: Ids = inOrder(randomUUIDv7)
export const systemRandom: Random = () => Math.random()
export const systemSecrets: Secrets = (bytes) => randomBytes(bytes)

const TAIL = 12
const LARGEST_TAIL = 2n ** 48n - 1n

/**
 * Two ids of the same millisecond, or after the clock went back, differ by chance only. What is written in one go is read in the
 * order of its ids, so such an id is counted up from the one before instead (RFC 9562, section 6.2, method 2).
 */
export function inOrder(make: Ids): Ids {
  let last = ''
  return () => {
    const made = make()
    last = made > last ? made : (following(last) ?? made)
    return last
  }
}

/** The id after this one; undefined where its last 48 bits are used up. */
function following(id: string): string | undefined {
  const tail = BigInt(`0x${id.slice(-TAIL)}`)
  if (tail === LARGEST_TAIL) return undefined
  return id.slice(0, -TAIL) + (tail + 1n).toString(16).padStart(TAIL, '0')
}
