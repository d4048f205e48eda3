import { randomBytes, randomUUIDv7 } from 'node:crypto'

/** Makes one new id: a UUID version 7 (RFC 9562), so that ids sort by the moment they were made. */
export type Ids = () => string

/** A number in [0, 1), for jitter only; never for anything secret. */
export type Random = () => number

/** `bytes` unguessable bytes, for state, keys and nonces. */
export type Secrets = (bytes: number) => Buffer

export const systemIds: Ids = () => randomUUIDv7()
export const systemRandom: Random = () => Math.random()
export const systemSecrets: Secrets = (bytes) => randomBytes(bytes)
